package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.CacheStoreContract;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends CacheStoreContract {
    private static final long BOUND = 1 << 20;

    @Override
    protected CacheStore open(long maxBytes, long maxEntryBytes) {
        return new MemoryStore(maxBytes, maxEntryBytes, 1);
    }

    @Test
    void runningWritingsCountAgainstTheBound() throws IOException {
        CacheStore store = store(BOUND, BOUND);
        fill(store, 2_000);
        List<Writing> writings = new ArrayList<>();
        boolean room = true;
        while (room) {
            Writing writing =
                    store.write(Stored.head(KEY + "/w" + writings.size()).build(), -1);
            room = writing != null && writing.append(new byte[1_000], 0, 1_000);
            if (writing != null) {
                writings.add(writing);
            }
            assertThat(store.usage().bytes()).isBetween(1L, BOUND);
            assertThat(writings).hasSizeLessThan(2_000);
        }

        assertThat(writings).as("half of the bound").hasSizeBetween(250, 500);
        assertThat(store.usage().entries()).as("the other half").isPositive();
        for (Writing each : writings) {
            each.close();
        }
        assertThat(store.write(Stored.head(KEY).build(), 100_000))
                .as("room again")
                .isNotNull();
    }

    @Test
    void noWritingBeginsWithoutRoomForItsAnnouncedLength() throws IOException {
        CacheStore store = store(BOUND, BOUND);
        try (Writing first = Stored.write(store, Stored.head(KEY).build(), 400_000)) {
            first.append(new byte[300_000], 0, 300_000);
            assertThat(store.write(Stored.head(KEY).build(), 250_000)).isNull();
            Writing second = Stored.write(store, Stored.head(KEY).build(), 150_000);
            second.close();
        }
        assertThat(store.usage().bytes()).isZero();
    }

    @Test
    void noResponseTakesMoreThanHalfOfTheBound() throws IOException {
        CacheStore store = store(BOUND, BOUND);

        assertThat(store.write(Stored.head(KEY).build(), BOUND / 2))
                .as("with its head")
                .isNull();
        Stored.put(store, Stored.head(KEY).build(), new byte[(int) BOUND / 2 - 5_000]);
        assertThat(store.find(KEY)).hasSize(1);
        StoredHead large = Stored.head(KEY)
                .headers(Headers.of("X", "x".repeat((int) BOUND / 2)))
                .build();
        assertThat(store.write(large, 0)).as("nor its head").isNull();
    }

    @Test
    void theBytesAreThoseOfAllResponses() throws IOException {
        CacheStore store = store(BOUND, BOUND / 8);
        Random random = new Random(2);
        for (int i = 0; i < 3_000; i++) {
            String key = KEY + random.nextInt(300);
            List<StoredResponse> found = store.find(key);
            int choice = random.nextInt(10);
            if (choice == 0) {
                store.remove(key);
            } else if (choice < 3 && !found.isEmpty()) {
                StoredResponse one = found.get(random.nextInt(found.size()));
                Headers headers = Headers.of("X", "x".repeat(random.nextInt(3_000)));
                store.update(one, one.head().toBuilder().headers(headers).build());
            } else {
                StoredHead head =
                        Stored.head(key).variant("v" + random.nextInt(3)).build();
                Stored.put(store, head, new byte[random.nextInt(random.nextInt(10) == 0 ? 100_000 : 4_000)]);
            }
        }

        long bytes = 0;
        long entries = 0;
        for (int i = 0; i < 300; i++) {
            for (StoredResponse found : store.find(KEY + i)) {
                bytes += ((MemoryResponse) found).weight();
                entries++;
            }
        }
        assertThat(store.usage().bytes()).isEqualTo(bytes).isGreaterThan(BOUND / 2);
        assertThat(store.usage().entries()).isEqualTo(entries);
        assertThat(store.usage().evicted()).isPositive();
        assertThat(store.usage().rejected()).isPositive();
    }

    @Test
    void itMakesTheSameDecisionsAgain() throws IOException {
        CacheStore first = new MemoryStore(BOUND, BOUND, 9);
        CacheStore second = new MemoryStore(BOUND, BOUND, 9);
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            String key = KEY + (int) (3_000 * random.nextDouble() * random.nextDouble());
            boolean hit = !first.find(key).isEmpty();
            assertThat(second.find(key).isEmpty()).isNotEqualTo(hit);
            if (!hit) {
                Stored.put(first, Stored.head(key).build(), new byte[200]);
                Stored.put(second, Stored.head(key).build(), new byte[200]);
            }
        }
        assertThat(second.usage()).isEqualTo(first.usage());
        assertThat(first.usage().rejected()).isPositive();
    }

    /** All variants of a key are found, but only one is used. */
    @Test
    void ofSeveralVariantsThatCountsAsUsedWhoseBodyIsOpened() throws IOException {
        CacheStore store = store(BOUND, BOUND);
        for (String variant : List.of("used", "unused")) {
            Stored.put(store, Stored.head(KEY).variant(variant).build(), new byte[1_000]);
        }
        for (int i = 0; i < 5; i++) {
            Stored.body(Stored.variant(store, KEY, "used"));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 2_000; i++) {
                String key = KEY + "/" + i;
                if (store.find(key).isEmpty()) {
                    Stored.put(store, Stored.head(key).build(), new byte[1_000]);
                }
            }
        }

        assertThat(store.find(KEY)).extracting(found -> found.head().variant()).containsExactly("used");
    }

    @Test
    void whatIsFoundIsNotCopied() throws IOException {
        Stored.put(store(), Stored.head(KEY).build(), new byte[10]);

        assertThat(store().find(KEY)).isSameAs(store().find(KEY));
        assertThat(Stored.only(store(), KEY).open())
                .isSameAs(Stored.only(store(), KEY).open());
        assertThatThrownBy(() -> store().find(KEY).clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anUpdateIsForTheSameVariant() throws IOException {
        Stored.put(store(), Stored.head(KEY).variant("one").build(), new byte[10]);
        StoredResponse found = Stored.only(store(), KEY);

        StoredHead other = Stored.head(KEY).variant("two").build();
        assertThatThrownBy(() -> store().update(found, other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(KEY + " [two] 200");
    }

    @Test
    void aClosedStoreHasNothingAndTakesNothing() throws IOException {
        CacheStore store = store();
        Stored.put(store, Stored.head(KEY).build(), Stored.bytes(1, 10));
        StoredHead head = Stored.head(KEY + "/other").build();
        Writing writing = Stored.write(store, head, -1);
        writing.append(new byte[10], 0, 10);
        try (StoredBody reader = Stored.only(store, KEY).open()) {
            store.close();
            assertThat(Stored.read(reader)).isEqualTo(Stored.bytes(1, 10));
        }

        assertThat(store.find(KEY)).isEmpty();
        assertThat(store.write(head, 10)).isNull();
        assertThat(writing.append(new byte[40_000], 0, 40_000)).isFalse();
        assertThatThrownBy(() -> writing.commit(head)).isInstanceOf(IOException.class);
        writing.close();
        assertThat(store.usage()).isEqualTo(new CacheStore.Usage(0, 0, ROOM, 0, 0));
    }

    @Test
    void anEndedWritingTakesNothing() throws IOException {
        StoredHead head = Stored.head(KEY).build();
        try (Writing writing = Stored.write(store(), head, -1)) {
            writing.append(new byte[10], 0, 10);
            writing.commit(head);
            assertThatThrownBy(() -> writing.append(new byte[1], 0, 1)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> writing.commit(head)).isInstanceOf(IOException.class);
        }
        Writing closed = Stored.write(store(), head, -1);
        closed.close();
        assertThatThrownBy(() -> closed.append(new byte[1], 0, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> closed.commit(head)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> closed.read(0, new byte[1], 0, 1)).isInstanceOf(IOException.class);
        assertThat(Stored.only(store(), KEY).length()).isEqualTo(10);
    }

    private static void fill(CacheStore store, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Stored.put(store, Stored.head(KEY + "/" + i).build(), new byte[1_000]);
        }
    }
}
