# What R gives for samples of few people, as JSON: Rscript tests/surveys/expected.R > tests/surveys/expected.json
# Needs R with jsonlite. Nothing here uses the formulas of kb/view/samples.py in the form they have there: the sizes are
# found by search, the margins come from the exact variance over all samples or from qnorm, the interval from prop.test.
suppressPackageStartupMessages(library(jsonlite))
z <- qnorm(0.975)

# The variance of the mean of a simple random sample, from the values of a whole population (Cochran 1977, theorem 2.2).
variance <- function(values, n) { N <- length(values); (1 - n / N) / n * sum((values - mean(values))^2) / (N - 1) }
# Over all samples of a small population, to see that the theorem holds.
by_hand <- function(values, n) { means <- combn(values, n, mean); mean((means - mean(values))^2) }
small <- c(1, 0, 1, 1, 0, 0, 1, 0)
stopifnot(abs(variance(small, 3) - by_hand(small, 3)) < 1e-12)

margin_share <- function(N, n, ones) z * sqrt(variance(c(rep(1, ones), rep(0, N - ones)), n))
needed <- function(N, margin, error) { for (n in seq_len(N)) if (error(n) <= margin + 1e-12) return(n); N }

shares <- list(c(900, .05, .5), c(900, .03, .5), c(900, .10, .2), c(100, .05, .5), c(50, .10, .5), c(20, .05, .5), c(2, .05, .5), c(1, .05, .5), c(5000, .03, .3), c(200, .5, .5))
means <- list(c(900, .3, 1.5), c(900, .2, 1), c(100, .5, 2.47), c(20, .2, 1), c(1, .2, 1), c(5000, .1, 1), c(40, 5, 1))
margins <- list(c(900, 360, 450), c(900, 90, 450), c(100, 50, 20), c(20, 10, 10), c(2, 1, 1), c(20, 20, 10), c(1, 1, 0), c(1, 1, 1))
intervals <- list(c(900, 360, 150), c(90, 60, 30), c(100, 50, 0), c(100, 50, 50), c(20, 19, 5), c(2, 1, 1), c(5000, 12, 3))

wilson <- function(N, n, x) {
  # The sample counts as a larger one, of the size that has the same variance without the correction.
  worth <- n * (N - 1) / (N - n)
  as.numeric(suppressWarnings(prop.test(x / n * worth, worth, correct = FALSE)$conf.int))
}

write(toJSON(list(
  made_with = R.version.string,
  answers_for_share = lapply(shares, function(a) list(people = a[1], margin = a[2], share = a[3],
    value = needed(a[1], a[2], function(n) if (n == a[1]) 0 else z * sqrt(a[3] * (1 - a[3]) / n * (a[1] - n) / (a[1] - 1))))),
  answers_for_mean = lapply(means, function(a) list(people = a[1], margin = a[2], sd = a[3],
    value = needed(a[1], a[2], function(n) z * a[3] * sqrt(1 / n - 1 / a[1])))),
  margin_of_share = lapply(margins, function(a) list(people = a[1], answers = a[2], share = a[3] / a[1],
    value = if (a[1] == 1) 0 else margin_share(a[1], a[2], a[3]))),
  interval_of_share = lapply(intervals, function(a) list(people = a[1], answers = a[2], counted = a[3], value = wilson(a[1], a[2], a[3])))
), auto_unbox = TRUE, digits = 12, pretty = TRUE), stdout())
