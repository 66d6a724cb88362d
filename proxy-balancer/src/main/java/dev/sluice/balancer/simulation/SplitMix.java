package dev.sluice.balancer.simulation;

import java.util.random.RandomGenerator;

/**
 * Random numbers that are the same on every JDK. The JDK's own algorithms need not be: each JDK may derive bounded and
 * other numbers differently. Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
 * 2014 (SplitMix64). For one thread.
 */
final class SplitMix implements RandomGenerator {
    private long state;

    SplitMix(long seed) {
        this.state = seed;
    }

    /** Its own generator, so that what one part draws does not change what another gets. */
    SplitMix split() {
        return new SplitMix(nextLong());
    }

    @Override
    public long nextLong() {
        state += 0x9e3779b97f4a7c15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    @Override
    public int nextInt(int bound) {
        return (int) nextLong(bound);
    }

    /** By multiplication, for bounds below 2^32: its bias is below one in 2^31. Above that, by remainder. */
    @Override
    public long nextLong(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive: " + bound);
        }
        return bound <= 1L << 31 ? ((nextLong() >>> 32) * bound) >>> 32 : Long.remainderUnsigned(nextLong(), bound);
    }

    /** Of a mean of 1, by inversion. */
    @Override
    public double nextExponential() {
        return -StrictMath.log(1 - nextDouble());
    }

    /** By the polar method of Marsaglia and Bray, without its second number. */
    @Override
    public double nextGaussian() {
        while (true) {
            double x = 2 * nextDouble() - 1;
            double y = 2 * nextDouble() - 1;
            double s = x * x + y * y;
            if (s > 0 && s < 1) {
                return x * Math.sqrt(-2 * StrictMath.log(s) / s);
            }
        }
    }
}
