package dev.sluice.lab.bench;

/**
 * One load of one proxy.
 *
 * @param cpuMicros CPU time of the proxy's processes for each request, in microseconds
 * @param usage of the proxy's processes, after the load
 */
record Sample(LoadResult load, double cpuMicros, ProcessUsage usage) {}
