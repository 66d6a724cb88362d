package dev.sluice.lab.bench;

/**
 * The figures of one load.
 *
 * @param requests the number of answered requests
 * @param perSecond requests per second
 * @param p50Micros the median time from a request to the end of its response, in microseconds
 * @param p99Micros the 99th percentile of that time, in microseconds
 * @param errors the errors, such as {@code 3 timeouts}; empty without errors
 */
record LoadResult(long requests, double perSecond, double p50Micros, double p99Micros, String errors) {
    /** The same; if there were no answers, that is an error. */
    LoadResult requireAnswers() {
        boolean silent = requests == 0 && errors.isEmpty();
        return silent ? new LoadResult(0, 0, p50Micros, p99Micros, "no answers") : this;
    }
}
