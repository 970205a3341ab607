# mrgsolve on the two models of the benchmark: accuracy reached against patients a second.
# NOT RUN for docs/benchmarks.md: the machine it was written on has no R. To run it where R has mrgsolve (2.0 or newer):
#   python benchmarks/mrgsolve_files.py out/mrgsolve
#   Rscript benchmarks/mrgsolve.R out/mrgsolve
# Run unmoor on the same machine in the same hour (make bench) before comparing.

library(mrgsolve)

folder <- commandArgs(trailingOnly = TRUE)[1]
tolerances <- c(1e-3, 1e-4, 5e-5, 2e-5, 1e-5, 1e-6)
times <- 0:504

# the largest relative error of a patient over outputs and times, with the floor that benchmarks/two_models.py has
errors <- function(found, reference, outputs) {
  worst <- rep(0, length(unique(reference$ID)))
  for (output in outputs) {
    wanted <- matrix(reference[[output]], nrow = length(times))
    got <- matrix(found[[output]], nrow = length(times))[, seq_len(ncol(wanted)), drop = FALSE]
    floor <- 1e-3 * apply(abs(wanted), 2, max)
    worst <- pmax(worst, apply(abs(got - wanted) / sweep(abs(wanted), 2, floor, "+"), 2, max))
  }
  worst
}

for (name in c("mobilisation_20", "receptors_39")) {
  file <- function(end) file.path(folder, paste0(name, end))
  begin <- proc.time()[["elapsed"]]
  model <- mread(name, project = folder)
  cat(sprintf("%s: compiled in %.1f s, mrgsolve %s\n", name, proc.time()[["elapsed"]] - begin, packageVersion("mrgsolve")))
  patients <- read.csv(file("_patients.csv"))
  doses <- read.csv(file("_doses.csv"))
  reference <- read.csv(file("_reference.csv"))
  outputs <- setdiff(names(reference), "ID")
  for (tolerance in tolerances) {
    tuned <- update(model, rtol = tolerance, atol = tolerance * 1e-2, maxsteps = 100000, outvars = outputs)
    used <- system.time(
      found <- mrgsim_df(tuned, data = doses, idata = patients, tgrid = times, obsonly = TRUE)
    )[["user.self"]]
    worst <- errors(found, reference, outputs)
    cat(sprintf(
      "  rtol %g: 95th percentile error %.1e, worst %.1e, %.0f patients/s on one core\n",
      tolerance, quantile(worst, 0.95), max(worst), nrow(patients) / used
    ))
  }
}
