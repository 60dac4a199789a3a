# Reference numbers for rates, standardisation, funnels and control charts.
# Run from the repository root: Rscript tests/oracle/r/variation.R
# FunnelPlotR, NHSRplotthedots and qicharts2 are called by their internal functions, as read from
# their public repositories at the commits named in the output, not from built packages.
library(jsonlite)
reference <- "tests/oracle/reference"
set.seed(20240601)

# Intervals ---------------------------------------------------------------------------------------
pairs <- expand.grid(x = c(0, 1, 2, 5, 9, 10, 30, 57), n = c(10, 12, 58, 200, 3000))
pairs <- pairs[pairs$x <= pairs$n, ]
pairs <- rbind(pairs, data.frame(x = c(10, 58), n = c(10, 58)))
clopper <- function(level) t(mapply(function(x, n) binom.test(x, n, conf.level = level)$conf.int,
                                    pairs$x, pairs$n))
wilson <- function(level) as.matrix(
  epitools::binom.wilson(pairs$x, pairs$n, conf.level = level)[, c("lower", "upper")])
counts <- c(0, 1, 2, 3, 5, 9, 10, 25, 137, 1200)
garwood <- function(level) t(sapply(counts, function(k) survival::cipoisson(k, p = level)))

# Standardisation ---------------------------------------------------------------------------------
ages <- read.csv(file.path(reference, "data", "dsr_inputs.csv"))
a <- ages[ages$area == "A", ]
b <- ages[ages$area == "B", ]
esp <- c(5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000,
         4000, 2500, 1500, 1000)
direct <- function(d) unname(epitools::ageadjust.direct(d$x, d$pop, stdpop = esp))[1:2] * 1e5
indirect <- epitools::ageadjust.indirect(a$x, a$pop, b$x, b$pop)

# Funnels -----------------------------------------------------------------------------------------
areas <- 61
expected <- round(exp(runif(areas, log(6), log(400))), 1)
observed <- rpois(areas, expected * exp(rnorm(areas, 0, 0.25)))
observed[observed == 0] <- 1
level_expected <- round(runif(areas, 20, 300), 1)
level_observed <- rpois(areas, level_expected)
size <- round(exp(runif(areas, log(20), log(3000))))
cases <- rbinom(areas, size, plogis(qlogis(0.15) + rnorm(areas, 0, 0.3)))

over_dispersion <- function(x, d, data_type, sr_method) {
  d <- FunnelPlotR::transformed_zscore(data.frame(numerator = x, denominator = d), data_type, sr_method)
  trimmed <- if (data_type == "SR" && sr_method == "SHMI") {
    FunnelPlotR::truncation(d, 0.1)
  } else {
    FunnelPlotR::winsorisation(d, 0.1)
  }
  keep <- !is.na(trimmed$Wuzscore)
  phi <- FunnelPlotR::phi_func(sum(keep), trimmed$Wuzscore[keep])
  tau2 <- FunnelPlotR::tau_func(sum(keep), phi, trimmed$s[keep])
  limits <- FunnelPlotR::OD_limits(trimmed, data_type, sr_method, tau2 = tau2)
  list(z = d$Uzscore, n_used = sum(keep), phi = phi, tau2 = tau2, low_95 = limits$OD95LCL,
       high_95 = limits$OD95UCL, low_998 = limits$OD99LCL, high_998 = limits$OD99UCL)
}
side <- function(low, high, centre) ifelse(low > centre, 1, ifelse(high < centre, -1, 0))
position <- function(interval, centre) Reduce(`+`, lapply(c(0.95, 0.998), function(level) {
  limits <- interval(level)
  side(limits[, 1], limits[, 2], centre)
}))
poisson_position <- position(
  function(level) t(sapply(observed, function(k) survival::cipoisson(k, p = level))) / expected, 1)
wilson_position <- position(function(level) as.matrix(
  epitools::binom.wilson(cases, size, conf.level = level)[, c("lower", "upper")]),
  sum(cases) / sum(size))

# Control charts ----------------------------------------------------------------------------------
months <- 30
denominators <- round(runif(months, 150, 420))
events <- rbinom(months, denominators, plogis(qlogis(0.12) + rnorm(months, 0, 0.3)))
person_time <- round(runif(months, 60, 140), 1)
incidents <- rpois(months, 0.25 * person_time * exp(rnorm(months, 0, 0.2)))
individuals <- round(c(rnorm(18, 50, 4), 95, rnorm(11, 47, 4)), 1)
chart <- function(f, y, n = NA, y.sum = y, baseline = TRUE) {
  out <- f(data.frame(x = seq_along(y), y = y, n = n, y.sum = y.sum, cl = NA_real_,
                      baseline = baseline, include = TRUE))
  list(centre = out$cl, low = out$lcl, high = out$ucl)
}
first_twenty <- seq_len(months) <= 20
charts <- list(
  xmr = chart(qicharts2::qic.i, individuals),
  xmr_baseline = chart(qicharts2::qic.i, individuals, baseline = first_twenty),
  mr = chart(qicharts2::qic.mr, individuals),
  p = chart(qicharts2::qic.p, events / denominators, denominators, events),
  p_prime = chart(qicharts2::qic.pp, events / denominators, denominators, events),
  p_prime_baseline = chart(qicharts2::qic.pp, events / denominators, denominators, events, first_twenty),
  u = chart(qicharts2::qic.u, incidents / person_time, person_time, incidents),
  u_prime = chart(qicharts2::qic.up, incidents / person_time, person_time, incidents),
  c = chart(qicharts2::qic.c, incidents))
options(qic.screenedmr = TRUE)
charts$xmr_screened <- chart(qicharts2::qic.i, individuals)

# Rules: series with shifts, trends and outliers, flagged as NHSRplotthedots flags them ------------
series <- lapply(1:80, function(i) {
  n <- sample(c(5, 8, 13, 24, 36), 1, prob = c(1, 1, 2, 8, 8))
  noise <- as.numeric(arima.sim(list(ar = runif(1, -0.3, 0.8)), n))
  drift <- sample(c(0, 0, 0.15, -0.15), 1) * seq_len(n)
  step <- sample(c(0, 1.5, -1.5), 1) * (seq_len(n) > n / 2)
  round(20 + 3 * (noise + drift + step), 1)
})
series <- c(series, list(c(1:9, 8:1, rep(c(4, 5), 4)), c(9:1, 2:12, 5, 5, 5, 9, 2, 9, 2)))
flagged <- lapply(series, function(y) {
  centre <- mean(y)
  near <- 2 * 2.66 / 3 * mean(abs(diff(y)))
  limit <- 2.66 * mean(abs(diff(y)))
  outside <- y > centre + limit | y < centre - limit
  close <- !outside & (y < centre - near | y > centre + near)
  type <- NHSRplotthedots::ptd_special_cause_type(y, sign(y - centre), close, outside)
  list(value = y, type = type, decrease = NHSRplotthedots::ptd_point_type(type, -1),
       neutral = NHSRplotthedots::ptd_point_type(type, 0))
})

version <- function(p) as.character(packageVersion(p))
packages <- sapply(c("survival", "epitools", "jsonlite"), version)
output <- list(
  R = R.version.string,
  packages = as.list(packages),
  repositories = list(
    FunnelPlotR = "R/od_adjustment.R at 225b14d, R/od_limits.R at 0a23767",
    NHSRplotthedots = "R/ptd_calculate_point_type.R at f7891af",
    qicharts2 = "R/helper.functions.R at 03470c0"),
  proportions = list(x = pairs$x, n = pairs$n, clopper_pearson_95 = clopper(0.95),
                     clopper_pearson_998 = clopper(0.998), wilson_95 = wilson(0.95),
                     wilson_998 = wilson(0.998)),
  counts = list(x = counts, exact_95 = garwood(0.95), exact_998 = garwood(0.998)),
  standardisation = list(direct_crude_and_adjusted = list(A = direct(a), B = direct(b)),
                         indirect_sir = as.list(indirect$sir), indirect_rate = as.list(indirect$rate)),
  funnel = list(
    ratio = list(observed = observed, expected = expected, position = poisson_position,
                 square_root = over_dispersion(observed, expected, "SR", "CQC"),
                 log = over_dispersion(observed, expected, "SR", "SHMI")),
    level = list(observed = level_observed, expected = level_expected,
                 square_root = over_dispersion(level_observed, level_expected, "SR", "CQC"),
                 log = over_dispersion(level_observed, level_expected, "SR", "SHMI")),
    proportion = list(events = cases, n = size, position = wilson_position,
                      arcsine = over_dispersion(cases, size, "PR", "CQC"))),
  charts = list(individuals = individuals, events = events, n = denominators,
                incidents = incidents, person_time = person_time, limits = charts),
  rules = flagged)
write_json(output, file.path(reference, "variation.json"), digits = 15, auto_unbox = TRUE, matrix = "rowmajor")
