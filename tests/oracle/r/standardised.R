# Writes tests/oracle/reference/standardised.json; run from tests/oracle/r: Rscript standardised.R
suppressMessages({library(survival); library(jsonlite)})
fsp <- read.csv("../reference/data/fsp_like.csv")
fsp$state <- factor(fsp$status, 0:2, c("censor", "repeat", "exit"))
fsp$row <- seq_len(nrow(fsp))
# Incidence of each group and stratum, and each unit's influence on it, are survfit's; sums are ours.
standardised <- function(rows, tau, by) {
  n1 <- sum(rows$treat == 1)
  parts <- lapply(split(rows, rows$stratum), function(part) {
    sides <- lapply(1:0, function(arm) {
      side <- part[part$treat == arm, ]
      fit <- survfit(Surv(time, state) ~ 1, side, influence = TRUE)
      at <- sum(c(0, fit$time) <= tau)
      list(row = side$row, share = rbind(c(1, 0, 0), fit$pstate)[at, 2],
           own = fit$influence.pstate[, at, 2])
    })
    list(n = sum(part$treat == 1), one = sides[[1]], other = sides[[2]])
  })
  weight <- sapply(parts, function(part) part$n) / n1
  one <- sum(weight * sapply(parts, function(part) part$one$share))
  other <- sum(weight * sapply(parts, function(part) part$other$share))
  influence <- numeric(nrow(fsp))
  for (s in seq_along(parts)) {
    part <- parts[[s]]
    gap <- part$one$share - part$other$share - (one - other)
    influence[part$one$row] <- weight[s] * part$one$own + gap / n1
    influence[part$other$row] <- -weight[s] * part$other$own
  }
  list(treated = one, comparison = other, std_error = sqrt(sum(rowsum(influence, fsp[[by]])^2)))
}
fsp$stratum <- paste(fsp$neglect, fsp$la)
fsp$crossing <- fsp$child_id %% 300
# The error once more without any influence: leave out one family at a time.
left_out <- function(tau) {
  value <- function(rows) {
    n1 <- sum(rows$treat == 1)
    sum(sapply(split(rows, rows$stratum), function(part) {
      share <- sapply(1:0, function(arm) {
        fit <- survfit(Surv(time, state) ~ 1, part[part$treat == arm, ])
        rbind(c(1, 0, 0), fit$pstate)[sum(c(0, fit$time) <= tau), 2]
      })
      sum(part$treat == 1) / n1 * (share[1] - share[2])
    }))
  }
  found <- sapply(unique(fsp$family_id), function(id) value(fsp[fsp$family_id != id, ]))
  k <- length(found)
  sqrt((k - 1) / k * sum((found - mean(found))^2))
}
out <- list(R = R.version.string, survival = as.character(packageVersion("survival")),
  strata = length(unique(fsp$stratum)),
  family_365 = standardised(fsp, 365, "family_id"),
  crossing_365 = standardised(fsp, 365, "crossing"),
  alone_180 = standardised(fsp, 180, "row"),
  jackknife_365 = left_out(365))
write_json(out, "../reference/standardised.json", digits = NA, auto_unbox = TRUE, pretty = 1)
