package dev.sluice.balancer.internal;

import dev.sluice.proxy.internal.Require;

/**
 * When the next tier helps out: as soon as the members in use of a tier would bear more than {@code factor} times their
 * usual load. With 1.4, a tier keeps all requests until less than 71 % of its weight is in use; at half of it, 70 %
 * stay and 30 % go to the next tier. Immutable.
 *
 * <p>The rule and its default are Envoy's ({@code overprovisioning_factor}).
 *
 * @param factor the load that the remaining members can bear, as a multiple of their usual load: 1 or more
 */
public record Overflow(double factor) {
    /** A factor of 1.4. */
    public static final Overflow DEFAULT = new Overflow(1.4);

    /**
     * Checks the factor.
     *
     * @throws IllegalArgumentException if it is below 1 or not a number; the message has it
     */
    public Overflow {
        Require.within("overflow factor", 1, 1000000, factor);
    }

    /**
     * How the tiers share the requests: the part of each, in order, with a sum of 1; all 0 if no tier can take any.
     *
     * @param available the weight in use of each tier
     * @param total the whole weight of each tier
     */
    public double[] shares(long[] available, long[] total) {
        double[] shares = new double[total.length];
        double left = 1;
        for (int i = 0; i < shares.length; i++) {
            double bears = total[i] == 0 ? 0 : Math.min(1, factor * available[i] / total[i]);
            shares[i] = Math.min(left, bears);
            left -= shares[i];
        }
        // If all tiers together cannot take the load, they share the rest in proportion to what they can take.
        for (int i = 0; left > 0 && left < 1 && i < shares.length; i++) {
            shares[i] /= 1 - left;
        }
        return shares;
    }
}
