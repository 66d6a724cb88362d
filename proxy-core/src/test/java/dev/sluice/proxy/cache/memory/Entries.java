package dev.sluice.proxy.cache.memory;

/** Entries for tests of the policy, which stand for nothing. */
final class Entries {
    private static final Fingerprints FINGERPRINTS = new Fingerprints(1);

    private Entries() {}

    /** An entry whose uses are counted by the test. */
    static Entry entry(String name, long weight) {
        Entry entry = new Entry(FINGERPRINTS.of(name, ""), used -> {});
        entry.weight = weight;
        return entry;
    }
}
