package dev.sluice.proxy.testing.gateway;

/**
 * One thing that a request must have.
 *
 * @param what names it, such as {@code field Accept}
 * @param expected describes what it must be
 * @param test whether a request has it
 * @param found describes what a request has instead
 */
record Condition(String what, String expected, Test test, Found found) {
    /** Whether a request meets the condition. */
    @FunctionalInterface
    interface Test {
        boolean holds(ReceivedRequest request) throws Exception;
    }

    /** Describes what a request has. */
    @FunctionalInterface
    interface Found {
        String in(ReceivedRequest request);
    }

    /** Returns whether the request meets it; a test that throws does not hold. */
    boolean holds(ReceivedRequest request) {
        try {
            return test.holds(request);
        } catch (Exception unreadable) {
            return false;
        }
    }

    /** What a request that does not meet it has instead. */
    String difference(ReceivedRequest request) {
        String actual = found.in(request);
        try {
            test.holds(request);
            return what + ": expected " + expected + ", but was " + actual;
        } catch (Exception unreadable) {
            return what + ": expected " + expected + ", but for " + actual + " the test threw " + unreadable;
        }
    }
}
