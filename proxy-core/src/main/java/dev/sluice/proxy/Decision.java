package dev.sluice.proxy;

/**
 * One thing that was decided in an exchange, and why: a pick, a limiter's verdict, a forfeited retry. It holds
 * references and is put in words only when somebody reads the record.
 */
@FunctionalInterface
public interface Decision {
    /** What was decided and why, in one line. */
    String explain();
}
