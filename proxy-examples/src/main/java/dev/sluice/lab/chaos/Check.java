package dev.sluice.lab.chaos;

/**
 * A check: something that must be true.
 *
 * @param detail what was found
 */
record Check(String what, boolean passed, String detail) {
    /** A check that passes if this list is empty. */
    static Check none(String what, int found) {
        return new Check(what, found == 0, String.valueOf(found));
    }

    @Override
    public String toString() {
        return (passed ? "PASS  " : "FAIL  ") + what + ": " + detail;
    }
}
