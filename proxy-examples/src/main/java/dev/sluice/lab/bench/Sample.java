package dev.sluice.lab.bench;

/**
 * The figures of one load of one proxy.
 *
 * @param cpuMicros CPU time of the proxy's processes for each request, in microseconds
 * @param usage CPU time and memory of the proxy's processes after the load
 */
record Sample(LoadResult load, double cpuMicros, ProcessUsage usage) {}
