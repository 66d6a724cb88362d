package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryNamesTest {
    private static final String START = "0123456789abcdef0123456789abcdef-0000000000000007-fedcba9876543210-";

    @Test
    void aNameIsReadAsItWasWritten() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            Entry entry = new Entry(
                    new KeyHash(random.nextLong(), random.nextLong()),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong() >>> (16 + random.nextInt(48)),
                    random.nextInt() >>> (8 + random.nextInt(24)));
            String name = EntryNames.of(entry);
            assertThat(EntryNames.entry(name)).usingRecursiveComparison().isEqualTo(entry);
            assertThat(EntryNames.head(name)).isNull();
            EntryNames.HeadName head = EntryNames.head(entry, 1 + random.nextInt(1_000_000), entry.headLength);
            assertThat(EntryNames.head(head.text())).usingRecursiveComparison().isEqualTo(head);
            assertThat(EntryNames.entry(head.text())).isNull();
        }
    }

    @Test
    void whatNoEntryIsCalledIsForeign() {
        assertThat(EntryNames.entry(START + "10-20.entry")).isNotNull();
        for (String foreign : new String[] {
            "",
            ".entry",
            "10-20.entry",
            START + "10-20.entry.bak",
            START + "10-20.Entry",
            START + "10-20.head",
            START + "10-20",
            START + "10.entry",
            START + "10-.entry",
            START + "-20.entry",
            START + "010-20.entry",
            START + "10-020.entry",
            START + "+10-20.entry",
            START + "1A-20.entry",
            START + "10-20-30.entry",
            START + "1000000000001-20.entry",
            START + "ffffffffffffffffffffff-20.entry",
            START + "10-1000001.entry",
            " " + START + "10-20.entry",
            START.replace('7', '-') + "10-20.entry",
            START.replace("fed", "fe") + "10-20.entry",
            START.replace("fed", "FED") + "10-20.entry",
            START.replace("-0", "_0") + "10-20.entry"
        }) {
            assertThat(EntryNames.entry(foreign)).as(foreign).isNull();
            assertThat(EntryNames.head(foreign.replace(".entry", ".head")))
                    .as(foreign)
                    .isNull();
        }
        assertThat(EntryNames.head(START.substring(0, 50) + "0-20.head")).isNull();
        assertThat(EntryNames.head(START.substring(0, 50) + "1-20.head")).isNotNull();
        assertThat(EntryNames.head(START.substring(0, 50) + "80000000-20.head")).isNull();
    }
}
