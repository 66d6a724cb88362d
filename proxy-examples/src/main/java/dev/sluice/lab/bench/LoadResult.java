package dev.sluice.lab.bench;

/**
 * What one load came to.
 *
 * @param requests answered ones
 * @param perSecond requests per second
 * @param p50Micros the median time from a request to the end of its response, in microseconds
 * @param p99Micros what 99 of 100 do not exceed
 * @param errors what went wrong, such as {@code 3 timeouts}; empty when nothing did
 */
record LoadResult(long requests, double perSecond, double p50Micros, double p99Micros, String errors) {}
