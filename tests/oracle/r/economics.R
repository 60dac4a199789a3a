# Reference numbers for the value of one input's information: mgcv, on points that need no generator.
# Run from this folder: Rscript economics.R. Writes ../reference/economics_information.json.
suppressMessages({library(mgcv); library(jsonlite)})

van_der_corput <- function(n, base) {
  sapply(seq_len(n), function(i) {
    value <- 0; scale <- 1 / base
    while (i > 0) { value <- value + scale * (i %% base); i <- i %/% base; scale <- scale / base }
    value
  })
}

n <- 4000
x <- qnorm(van_der_corput(n, 2))
e <- qnorm(van_der_corput(n, 3))
models <- list(
  linear = 0.3 + x + 2 * e,
  curved = 500 * exp(0.5 * x) - 620 + 400 * e
)
through_gam <- function(net) {
  fitted <- fitted(gam(net ~ s(x)))
  mean(pmax(fitted, 0)) - max(mean(fitted), 0)
}
exact_linear <- 0.3 * pnorm(0.3) + dnorm(0.3) - 0.3
curve <- function(v) 500 * exp(0.5 * v) - 620
mean_curve <- 500 * exp(0.125) - 620
exact_curved <- integrate(function(v) pmax(curve(v), 0) * dnorm(v), -8, 12, rel.tol = 1e-10,
                          subdivisions = 1000)$value - max(mean_curve, 0)
write_json(list(
  made_by = list(R = R.version.string, mgcv = as.character(packageVersion("mgcv"))),
  points = "x: normal quantiles of the van der Corput sequence in base 2, e: in base 3, n points",
  n = n,
  gam = lapply(models, through_gam),
  exact = list(linear = exact_linear, curved = exact_curved)
), "../reference/economics_information.json", auto_unbox = TRUE, digits = 15, pretty = TRUE)
