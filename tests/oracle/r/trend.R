# A straight line with first-order autoregressive errors: reference numbers.
# Run from tests/oracle/r: Rscript trend.R
suppressMessages({library(nlme); library(jsonlite)})
line <- function(y, t) {
  fit <- gls(y ~ t, data.frame(y, t), correlation = corAR1(form = ~t), method = "REML",
             control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500))
  row <- summary(fit)$tTable["t", ]
  list(y = y, t = t, slope = row[["Value"]], se = row[["Std.Error"]],
       rho = unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE)))
}
levels <- as.numeric(LakeHuron); flow <- as.numeric(Nile); years <- 1:100
gaps <- setdiff(1:40, c(7, 8, 21))
out <- list(R = R.version.string, nlme = as.character(packageVersion("nlme")),
  lake_huron = line(levels, 1:98),
  nile_13 = line(flow[20:32], 20:32),
  nile = line(flow, years),
  nile_with_gaps = line(flow[gaps], gaps))
write_json(out, "../reference/trend.json", digits = NA, auto_unbox = TRUE, pretty = 1)
