# A forest plot from the CSV files, with the estimate computed anew by metafor. It stops where that is not the site's.
#
#   Rscript forest_plot.R http://127.0.0.1:8000 coaching exhaustion/inactive/short/randomized plot.pdf
#
# Needs R 4 with the package metafor.

suppressPackageStartupMessages(library(metafor))
given <- commandArgs(trailingOnly = TRUE)
if (length(given) != 4) stop("give four things: address, intervention, body of evidence, file of the plot", call. = FALSE)
site <- given[1]; intervention <- given[2]; body <- given[3]; file <- given[4]

read <- function(name) {
  rows <- read.csv(paste0(site, "/data/v1/", name), encoding = "UTF-8")
  rows[rows$intervention == intervention & rows$key == body, ]
}
# A body may have other estimates beside the one that is judged, in syntheses.csv.
studies <- subset(read("contributions.csv"), judged)
told <- read("summary-of-findings.csv")
if (nrow(told) != 1 || is.na(told$estimate)) stop("there is no estimate of this name: see summary-of-findings.csv", call. = FALSE)

# Ratios are averaged as logarithms.
scale <- if (grepl("ratio", told$measure)) log else identity
back <- if (grepl("ratio", told$measure)) exp else identity
effect <- scale(studies$estimate)
error <- (scale(studies$ci_high) - scale(studies$ci_low)) / (2 * qnorm(0.975))
pooled <- rma(yi = effect, sei = error, method = "REML")
# From three studies on that differ, the interval of Hartung and Knapp, never narrower than the normal one.
if (nrow(studies) >= 3 && pooled$tau2 > 0) pooled <- rma(yi = effect, sei = error, method = "REML", test = "adhoc")

ours <- back(c(pooled$b, pooled$ci.lb, pooled$ci.ub))
theirs <- c(told$estimate, told$ci_low, told$ci_high)
cat(sprintf("%-20s %7.3f (%.3f to %.3f)\n", studies$study, studies$estimate, studies$ci_low, studies$ci_high), sep = "")
cat(sprintf("%-20s %7.3f (%.3f to %.3f)\n", c("computed here", "on the site"),
            c(ours[1], theirs[1]), c(ours[2], theirs[2]), c(ours[3], theirs[3])), sep = "")
cat("Certainty: ", told$certainty, if (told$provisional) ", provisional", ". ", told$statement, "\n", sep = "")
if (max(abs(ours - theirs)) > 0.01) stop("the two differ", call. = FALSE)

pdf(file, width = 8, height = 3 + 0.3 * nrow(studies))
forest(pooled, slab = studies$study, transf = back, refline = back(0), xlab = paste(told$outcome, told$unit, sep = ", "),
       mlab = paste("Certainty:", told$certainty))
invisible(dev.off())
