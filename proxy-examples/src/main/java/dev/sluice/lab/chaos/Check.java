package dev.sluice.lab.chaos;

/**
 * Something that must be true.
 *
 * @param detail what was found
 */
record Check(String what, boolean passed, String detail) {
    /** Passes when nothing was found that should not be. */
    static Check none(String what, int found) {
        return new Check(what, found == 0, String.valueOf(found));
    }

    @Override
    public String toString() {
        return (passed ? "PASS  " : "FAIL  ") + what + ": " + detail;
    }
}
