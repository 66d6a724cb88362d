package dev.sluice.balancer.outlier;

/**
 * A member that does worse than its peers.
 *
 * @param index its place in the list that was compared
 * @param reason how it does worse, in words for logs
 * @param serverErrors whether the reason is that its answers are server errors
 */
public record Outlier(int index, String reason, boolean serverErrors) {}
