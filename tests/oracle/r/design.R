# Reference numbers for study size: R's own power functions, pwr, Hmisc, and variances by full matrices.
# Run from this folder: Rscript design.R. Writes ../reference/design.json.
suppressMessages({library(pwr); library(Hmisc); library(jsonlite)})

risks <- list(c(0.3, 0.2), c(0.5, 0.35), c(0.1, 0.04), c(0.2, 0.25), c(0.9, 0.8))
proportions <- lapply(risks, function(p) list(
  p_comparison = p[1], p_treated = p[2],
  n_per_arm = power.prop.test(p1 = p[1], p2 = p[2], power = 0.8)$n,
  n_per_arm_90 = power.prop.test(p1 = p[1], p2 = p[2], power = 0.9, sig.level = 0.1)$n,
  power_258 = power.prop.test(p1 = p[1], p2 = p[2], n = 258)$power,
  # Hmisc counts both tails.
  power_258_268 = as.numeric(bpower(p[2], p[1], n1 = 258, n2 = 268)),
  arcsine_n = pwr.2p.test(h = abs(ES.h(p[1], p[2])), power = 0.8, sig.level = 0.025,
                          alternative = "greater")$n,
  arcsine_power_258_268 = pwr.2p2n.test(h = abs(ES.h(p[1], p[2])), n1 = 258, n2 = 268,
                                        sig.level = 0.025, alternative = "greater")$power
))
detectable <- list(
  p_comparison = 0.3, n_per_arm = 258,
  p_treated = power.prop.test(n = 258, p2 = 0.3, power = 0.8)$p1,
  difference_of_means = power.t.test(n = 16, sd = 2, power = 0.8)$delta
)
means <- lapply(list(c(2, 5), c(0.3, 1), c(10, 9)), function(m) list(
  difference = m[1], std_dev = m[2],
  n_per_arm = power.t.test(delta = m[1], sd = m[2], power = 0.8)$n,
  power_20 = power.t.test(delta = m[1], sd = m[2], n = 20)$power,
  power_20_35 = pwr.t2n.test(n1 = 20, n2 = 35, d = m[1] / m[2], sig.level = 0.025,
                             alternative = "greater")$power
))

ar1 <- function(n, phi) phi^abs(outer(seq_len(n), seq_len(n), "-"))
series <- lapply(list(c(24, 12, 0.3), c(12, 12, 0), c(36, 20, 0.7), c(10, 6, -0.2)), function(s) {
  n <- s[1] + s[2]; time <- 0:(n - 1); after <- as.numeric(time >= s[1])
  x <- cbind(1, time, after, after * (time - s[1]))
  covariance <- solve(t(x) %*% solve(ar1(n, s[3])) %*% x)
  list(n_before = s[1], n_after = s[2], autocorrelation = s[3],
       level = sqrt(covariance[3, 3]), slope = sqrt(covariance[4, 4]))
})

# Difference in differences: the covariance of every person's outcome in every period, the estimate
# as a weighted sum of all of them.
panel <- function(k1, k0, m, before, after, icc, cac, iac) {
  periods <- before + after
  one <- expand.grid(person = seq_len(m), period = seq_len(periods))
  same_person <- outer(one$person, one$person, "==")
  same_period <- outer(one$period, one$period, "==")
  covariance <- icc * ifelse(same_period, 1, cac) + (1 - icc) * same_person * ifelse(same_period, 1, iac)
  weight <- ifelse(one$period > before, 1 / after, -1 / before) / m
  change <- as.numeric(t(weight) %*% covariance %*% weight)
  se <- sqrt(change * (1 / k1 + 1 / k0))
  critical <- qt(0.975, k1 + k0 - 2)
  list(k_treated = k1, k_comparison = k0, people = m, before = before, after = after, icc = icc,
       cac = cac, iac = iac, std_error = se,
       power_at_half_sd = pt(critical, k1 + k0 - 2, ncp = 0.5 / se, lower.tail = FALSE))
}
panels <- list(
  panel(30, 30, 1, 1, 1, 0, 1, 0.6), panel(5, 8, 20, 1, 1, 0.05, 0.8, 0),
  panel(5, 8, 20, 1, 1, 0.05, 0.8, 0.5), panel(4, 12, 10, 3, 2, 0.1, 0.9, 0.3)
)

write_json(list(
  made_by = list(R = R.version.string, pwr = as.character(packageVersion("pwr")),
                 Hmisc = as.character(packageVersion("Hmisc"))),
  proportions = proportions, detectable = detectable, means = means, series = series,
  panels = panels
), "../reference/design.json", auto_unbox = TRUE, digits = 15, pretty = TRUE)
