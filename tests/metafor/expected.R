# What metafor gives for public data sets, as JSON: Rscript tests/metafor/expected.R > tests/metafor/expected.json
# Needs R with metafor and jsonlite (in Debian r-cran-metafor and r-cran-jsonlite); the tests themselves need no R.
suppressPackageStartupMessages({ library(metafor); library(jsonlite) })

# The rules of How we grade: Hartung-Knapp (never narrower than the normal interval) from three studies on where they differ.
fit <- function(yi, vi) {
  control <- list(threshold = 1e-11, maxiter = 10000)
  plain <- rma(yi, vi, method = "REML", control = control)
  differ <- plain$tau2 >= 1e-8
  if (length(yi) >= 3 && differ) plain <- rma(yi, vi, method = "REML", test = "adhoc", control = control)
  range <- predict(plain)
  list(yi = as.numeric(yi), sei = sqrt(as.numeric(vi)), value = as.numeric(plain$beta), se = plain$se, low = plain$ci.lb,
       high = plain$ci.ub, tau = sqrt(plain$tau2), i_squared = plain$I2, weights = as.numeric(weights(plain)) / 100,
       prediction = if (length(yi) >= 3) c(range$pi.lb, range$pi.ub) else NULL,
       interval = if (length(yi) >= 3 && differ) "hartung-knapp" else "normal")
}
of <- function(data) fit(data$yi, data$vi)

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
stroke <- escalc(measure = "MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999)
counseling <- escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999)
shares <- escalc(measure = "RD", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
lithium <- escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.nielweise2007)
expectancy <- dat.raudenbush1985

arms <- function(data, columns) unname(lapply(seq_len(nrow(data)), function(i) as.list(data[i, columns])))
means <- c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
counts <- c("tpos", "tneg", "cpos", "cneg")
effects <- list(
  mean_difference = list(arms = arms(dat.normand1999, means), yi = as.numeric(stroke$yi), sei = sqrt(stroke$vi)),
  standardized_mean_difference = list(arms = arms(dat.normand1999, means), yi = as.numeric(counseling$yi), sei = sqrt(counseling$vi)),
  risk_ratio = list(arms = arms(dat.bcg, counts), yi = as.numeric(bcg$yi), sei = sqrt(bcg$vi)),
  risk_difference = list(arms = arms(dat.bcg, counts), yi = as.numeric(shares$yi), sei = sqrt(shares$vi))
)
pools <- list(
  `risk ratios, tuberculosis vaccine (dat.bcg)` = of(bcg),
  `risk differences, tuberculosis vaccine (dat.bcg)` = of(shares),
  `odds ratios, catheters (dat.nielweise2007)` = of(lithium),
  `mean differences, stroke care (dat.normand1999)` = of(stroke),
  `standardized mean differences, stroke care (dat.normand1999)` = of(counseling),
  `standardized mean differences, teachers' expectations (dat.raudenbush1985)` = of(expectancy),
  `two studies of stroke care` = of(stroke[1:2, ]),
  `two that agree` = fit(c(-1.5, -1.6), (c(3.2, 3.4) / 2 / qnorm(.975))^2),
  `a large trial and a pilot` = fit(c(-3.49, -3.20), (c(3.64, 10.0) / 2 / qnorm(.975))^2),
  `three without variance between` = fit(c(.1, .12, .11), c(.04, .05, .06))
)
quantiles <- lapply(c(1:10, 29, 30, 100), function(df) list(freedom = df, t = qt(.975, df)))
cat(toJSON(list(metafor = as.character(packageVersion("metafor")), pools = pools, effects = effects, quantiles = quantiles),
           auto_unbox = TRUE, digits = 15, pretty = TRUE, null = "null"), "\n")
