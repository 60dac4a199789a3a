# Multiple imputation of the lung data by mice, arm by arm, and Rubin's rules by mice.
# Run from this folder: Rscript missing_data.R
suppressMessages({library(mice); library(sandwich); library(jsonlite)})

lung <- read.csv("../reference/data/lung.csv")
lung$arm <- as.integer(lung$sex == 2)
lung$lost_ten <- as.integer(lung$wt.loss >= 10)
m <- 1000

analyse <- function(outcome) {
  columns <- c(outcome, "age", "ph.karno", "meal.cal", "pat.karno")
  f <- reformulate(c("arm", "age", "ph.karno", "meal.cal"), outcome)
  by_arm <- lapply(0:1, function(a)
    mice(lung[lung$arm == a, columns], m = m, maxit = 10, method = "norm",
         printFlag = FALSE, seed = 20 + a))
  one <- function(data) {
    fit <- lm(f, data)
    c(coef(fit)[["arm"]], sqrt(vcovHC(fit, type = "HC1")["arm", "arm"]), fit$df.residual)
  }
  found <- sapply(seq_len(m), function(i)
    one(do.call(rbind, lapply(0:1, function(a) cbind(complete(by_arm[[a + 1]], i), arm = a)))))
  pooled <- function(rows, n) {
    p <- pool.scalar(found[1, rows], found[2, rows]^2, n = n, k = 5, rule = "rubin1987")
    list(estimate = p$qbar, std_error = sqrt(p$t), within = p$ubar, between = p$b,
         df = p$df, fmi = p$fmi, riv = p$r)
  }
  cc <- one(lung[, c(columns[1:4], "arm")])
  list(complete_case = list(estimate = cc[1], std_error = cc[2], df = cc[3]),
       pooled = pooled(seq_len(m), nrow(lung)), m = m,
       first20 = list(estimate = found[1, 1:20], std_error = found[2, 1:20],
                      df_complete = nrow(lung) - 5,
                      pooled = pooled(1:20, nrow(lung)), pooled_large = pooled(1:20, Inf)))
}
versions <- lapply(c(mice = "mice", sandwich = "sandwich"), function(p) as.character(packageVersion(p)))
write(toJSON(list(R = R.version.string, packages = versions,
                  weight_loss = analyse("wt.loss"), lost_ten = analyse("lost_ten")),
             digits = NA, auto_unbox = TRUE, pretty = TRUE), "../reference/missing_data.json")
