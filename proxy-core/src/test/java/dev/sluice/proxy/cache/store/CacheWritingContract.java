package dev.sluice.proxy.cache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a {@link CacheStore} must do while a response is being stored, and at its bounds. */
public abstract class CacheWritingContract extends CacheThreadsContract {
    @Test
    void nothingIsFoundBeforeTheCommit() throws IOException {
        StoredHead head = Stored.head(KEY).build();
        try (Writing writing = Stored.write(store(), head, 10)) {
            assertThat(store().find(KEY)).isEmpty();
            writing.append(Stored.bytes(1, 10), 0, 10);
            assertThat(store().find(KEY)).isEmpty();
            assertThat(store().remove(KEY)).isZero();
            assertThat(store().usage().entries()).isZero();
            writing.commit(head);
            assertThat(store().find(KEY)).hasSize(1);
        }
        assertThat(store().find(KEY)).as("after the close").hasSize(1);
    }

    @Test
    void whatIsNotCommittedIsDropped() throws IOException {
        Stored.put(store(), Stored.head(KEY).stamp(1).build(), Stored.bytes(1, 10));
        Writing writing = Stored.write(store(), Stored.head(KEY).stamp(2).build(), 100_000);
        Stored.append(writing, Stored.bytes(2, 100_000));
        writing.close();
        writing.close();

        assertThat(Stored.only(store(), KEY).head().stamp())
                .as("the earlier one stays")
                .isEqualTo(1);
        store().remove(KEY);
        assertThat(store().usage()).isEqualTo(new CacheStore.Usage(0, 0, ROOM, 0, 0));
    }

    @Test
    void theLengthMayBeUnknown() throws IOException {
        for (int length : new int[] {0, 1, 4_095, 4_096, 16_384, 65_535, 65_536, 65_537, 1_000_000}) {
            StoredHead head = Stored.head(KEY).build();
            try (Writing writing = Stored.write(store(), head, -1)) {
                assertThat(Stored.append(writing, Stored.bytes(length, length))).isTrue();
                writing.commit(head);
            }
            assertThat(Stored.only(store(), KEY).length()).isEqualTo(length);
            assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(Stored.bytes(length, length));
        }
    }

    @Test
    void whatIsAppendedIsCopied() throws IOException {
        byte[] buffer = Stored.bytes(1, 100);
        StoredHead head = Stored.head(KEY).build();
        try (Writing writing = Stored.write(store(), head, 50)) {
            writing.append(buffer, 25, 50);
            buffer[30] = 0;
            writing.commit(head);
        }

        byte[] expected = Arrays.copyOfRange(Stored.bytes(1, 100), 25, 75);
        assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(expected);
    }

    @Test
    void aBodyThatIsShorterThanAnnouncedIsNotStored() throws IOException {
        StoredHead head = Stored.head(KEY).build();
        try (Writing writing = Stored.write(store(), head, 100)) {
            writing.append(Stored.bytes(1, 99), 0, 99);
            assertThatThrownBy(() -> writing.commit(head)).isInstanceOf(IOException.class);
        }
        assertThat(store().find(KEY)).isEmpty();
        assertThat(store().usage()).isEqualTo(new CacheStore.Usage(0, 0, ROOM, 0, 0));
    }

    @Test
    void aBodyThatIsLongerThanAnnouncedIsNotStored() throws IOException {
        StoredHead head = Stored.head(KEY).build();
        try (Writing writing = Stored.write(store(), head, 100)) {
            assertThat(writing.append(Stored.bytes(1, 100), 0, 100)).isTrue();
            assertThat(writing.append(Stored.bytes(1, 1), 0, 1)).isFalse();
            assertThatThrownBy(() -> writing.commit(head)).isInstanceOf(IOException.class);
        }
        assertThat(store().find(KEY)).isEmpty();
    }

    @Test
    void whatHasBeenAppendedCanBeRead() throws IOException {
        byte[] bytes = Stored.bytes(1, 150_000);
        StoredHead head = Stored.head(KEY).build();
        try (Writing writing = Stored.write(store(), head, -1)) {
            assertThat(writing.read(0, new byte[1], 0, 1)).isEqualTo(-1);
            for (int at = 0; at < bytes.length; at += 10_000) {
                writing.append(bytes, at, 10_000);
                assertThat(Stored.read(writing)).isEqualTo(Arrays.copyOf(bytes, at + 10_000));
                assertThat(writing.read(at + 10_000, new byte[1], 0, 1)).isEqualTo(-1);
            }
            writing.commit(head);
            assertThat(Stored.read(writing)).as("after the commit").isEqualTo(bytes);
            store().remove(KEY);
            assertThat(Stored.read(writing)).as("after the removal").isEqualTo(bytes);
        }
    }

    @Test
    void theLaterCommitWins() throws IOException {
        StoredHead head = Stored.head(KEY).build();
        try (Writing first = Stored.write(store(), head, 10);
                Writing second = Stored.write(store(), head, 20)) {
            first.append(Stored.bytes(1, 10), 0, 10);
            second.append(Stored.bytes(2, 20), 0, 20);
            second.commit(head);
            assertThat(Stored.read(first)).as("each has its own bytes").isEqualTo(Stored.bytes(1, 10));
            first.commit(head);
        }
        assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(Stored.bytes(1, 10));
    }

    @Test
    void aBodyThatIsKnownToBeTooLongIsRefusedAtOnce() throws IOException {
        CacheStore store = store(ROOM, 100_000);

        assertThat(store.write(Stored.head(KEY).build(), 100_001)).isNull();
        assertThat(store.write(Stored.head(KEY).build(), Long.MAX_VALUE)).isNull();
        assertThat(store.usage()).isEqualTo(new CacheStore.Usage(0, 0, ROOM, 0, 0));
        Stored.put(store, Stored.head(KEY).build(), Stored.bytes(1, 80_000));
        assertThat(store.find(KEY)).hasSize(1);
    }

    @Test
    void aBodyThatTurnsOutToBeTooLongIsNotStored() throws IOException {
        CacheStore store = store(ROOM, 100_000);
        Stored.put(store, Stored.head(KEY).stamp(1).build(), Stored.bytes(1, 10));
        StoredHead head = Stored.head(KEY).stamp(2).build();
        try (Writing writing = Stored.write(store, head, -1)) {
            byte[] bytes = Stored.bytes(2, 80_000);
            assertThat(writing.append(bytes, 0, 80_000)).isTrue();
            assertThat(writing.append(bytes, 0, 30_000)).isFalse();
            assertThat(Stored.read(writing)).as("nothing was appended").isEqualTo(bytes);
            assertThat(writing.append(bytes, 0, 1)).as("a part is missing now").isFalse();
            assertThatThrownBy(() -> writing.commit(head)).isInstanceOf(IOException.class);
        }
        assertThat(Stored.only(store, KEY).head().stamp()).isEqualTo(1);
    }

    @Test
    void aStoreStaysWithinItsBound() throws IOException {
        long bound = 2L << 20;
        CacheStore store = store(bound, bound / 4);
        long stored = 0;
        for (int i = 0; i < 300; i++) {
            Stored.put(store, Stored.head(KEY + i).build(), Stored.bytes(i, 1_000 * (1 + i * 7 % 50)));
            CacheStore.Usage usage = store.usage();
            assertThat(usage.bytes()).isBetween(1L, bound);
            assertThat(usage.maxBytes()).isEqualTo(bound);
            stored = usage.entries() + usage.evicted() + usage.rejected();
            assertThat(stored).as("each is stored, evicted or rejected").isEqualTo(i + 1);
        }

        List<StoredResponse> found = new ArrayList<>();
        long bodies = 0;
        for (int i = 0; i < 300; i++) {
            for (StoredResponse each : store.find(KEY + i)) {
                found.add(each);
                bodies += each.length();
                assertThat(Stored.body(each)).isEqualTo(Stored.bytes(i, 1_000 * (1 + i * 7 % 50)));
            }
        }
        CacheStore.Usage usage = store.usage();
        assertThat(found).hasSize((int) usage.entries());
        assertThat(usage.bytes()).as("heads count too").isGreaterThan(bodies);
        assertThat(bodies).as("most of the room is used").isGreaterThan(bound / 2);
    }

    @Test
    void aReaderKeepsWhatItReadsWhenTheResponseIsEvicted() throws IOException {
        CacheStore store = store(2L << 20, 1L << 20);
        List<StoredBody> readers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Stored.put(store, Stored.head(KEY + i).build(), Stored.bytes(i, 100_000));
            List<StoredResponse> found = store.find(KEY + i);
            readers.add(found.isEmpty() ? new NoBody() : found.get(0).open());
        }

        int read = 0;
        for (int i = 0; i < readers.size(); i++) {
            try (StoredBody reader = readers.get(i)) {
                if (!(reader instanceof NoBody)) {
                    assertThat(Stored.read(reader)).isEqualTo(Stored.bytes(i, 100_000));
                    read++;
                }
            }
        }
        assertThat(read).as("opened").isGreaterThanOrEqualTo(10);
        assertThat(store.usage().entries()).isLessThanOrEqualTo(20);
    }

    /** Stands for a response that was not admitted. */
    private static final class NoBody implements StoredBody {
        @Override
        public int read(long position, byte[] into, int offset, int length) {
            return -1;
        }

        @Override
        public void close() {}
    }
}
