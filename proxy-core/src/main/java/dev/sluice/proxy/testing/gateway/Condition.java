package dev.sluice.proxy.testing.gateway;

/**
 * One thing that a request must have.
 *
 * @param what names it, such as {@code field Accept}
 * @param test whether a request has it
 * @param found how what a request has instead differs from what is expected
 */
record Condition(String what, Test test, Found found) {
    /** Whether a request meets the condition. */
    @FunctionalInterface
    interface Test {
        boolean holds(ReceivedRequest request) throws Exception;
    }

    /** Tells a difference. */
    @FunctionalInterface
    interface Found {
        String in(ReceivedRequest request) throws Exception;
    }

    /** Returns whether the request meets it; a test that throws does not hold. */
    boolean holds(ReceivedRequest request) {
        try {
            return test.holds(request);
        } catch (Exception | AssertionError unmet) {
            return false;
        }
    }

    /** How a request differs that does not meet it. */
    String difference(ReceivedRequest request) {
        try {
            return what + ": " + found.in(request);
        } catch (Exception | AssertionError unreadable) {
            return what + ": threw " + unreadable;
        }
    }
}
