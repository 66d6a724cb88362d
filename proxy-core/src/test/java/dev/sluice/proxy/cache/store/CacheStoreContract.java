package dev.sluice.proxy.cache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link CacheStore} must do with what it is given. The test of a store inherits it. */
public abstract class CacheStoreContract extends CacheWritingContract {
    @Test
    void nothingIsFoundInAnEmptyStore() throws IOException {
        assertThat(store().find(KEY)).isEmpty();
        assertThat(store().remove(KEY)).isZero();
        assertThat(store().usage()).isEqualTo(new CacheStore.Usage(0, 0, ROOM, 0, 0));
    }

    @Test
    void aResponseIsFoundWithItsWholeHeadAndBody() throws IOException {
        StoredHead head = Stored.head(KEY)
                .variant("\u00e9\n\0accept-encoding: gzip")
                .selecting(List.of("accept-encoding", "accept-language"))
                .version(HttpVersion.HTTP_2)
                .headers(Headers.of("ETag", "\"1\"", "Set-Cookie", "a=1", "Set-Cookie", "b=2"))
                .requestAt(Instant.ofEpochMilli(1_000_001))
                .responseAt(Instant.ofEpochMilli(1_000_002))
                .origin(new StoredHead.Origin("https", Authority.parse("origin.example:8443"), "/base"))
                .tags(List.of("shoes", "sale"))
                .stamp(7)
                .stale(true)
                .build();
        Stored.put(store(), head, Stored.bytes(1, 1_000));

        StoredResponse found = Stored.only(store(), KEY);
        assertThat(found.head().encode()).isEqualTo(head.encode());
        assertThat(found.length()).isEqualTo(1_000);
        assertThat(Stored.body(found)).isEqualTo(Stored.bytes(1, 1_000));
    }

    @Test
    void aResponseMayHaveNoBody() throws IOException {
        Stored.put(store(), Stored.head(KEY).build(), new byte[0]);

        StoredResponse found = Stored.only(store(), KEY);
        assertThat(found.length()).isZero();
        try (StoredBody body = found.open()) {
            assertThat(body.read(0, new byte[1], 0, 1)).isEqualTo(-1);
        }
    }

    @Test
    void aBodyIsReadFromAnyPosition() throws IOException {
        byte[] bytes = Stored.bytes(2, 300_000);
        Stored.put(store(), Stored.head(KEY).build(), bytes);

        try (StoredBody body = Stored.only(store(), KEY).open()) {
            for (int position : new int[] {299_999, 0, 16_383, 16_384, 65_535, 65_536, 131_071, 200_000}) {
                byte[] into = {1, 2, 3};
                assertThat(body.read(position, into, 1, 1)).isEqualTo(1);
                assertThat(into).as("at " + position).containsExactly(1, bytes[position], 3);
            }
            assertThat(body.read(300_000, new byte[1], 0, 1)).isEqualTo(-1);
            assertThat(body.read(300_001, new byte[1], 0, 1)).isEqualTo(-1);
            assertThat(body.read(Long.MAX_VALUE, new byte[1], 0, 1)).isEqualTo(-1);
        }
    }

    @Test
    void aStoreThatIsClearedIsEmptyAndGoesOn() throws IOException {
        Stored.put(store(), Stored.head(KEY).variant("a").build(), Stored.bytes(1, 100));
        Stored.put(store(), Stored.head(KEY).variant("b").build(), Stored.bytes(2, 200_000));
        Stored.put(store(), Stored.head(KEY + 1).build(), Stored.bytes(3, 10));
        StoredResponse kept = Stored.only(store(), KEY + 1);
        store().clear();
        assertThat(store().find(KEY)).isEmpty();
        assertThat(store().find(KEY + 1)).isEmpty();
        assertThat(store().usage()).isEqualTo(new CacheStore.Usage(0, 0, ROOM, 0, 0));
        store().update(kept, kept.head().toBuilder().stale(true).build());
        store().remove(kept);
        assertThat(store().find(KEY + 1)).isEmpty();
        Stored.put(store(), Stored.head(KEY).build(), Stored.bytes(4, 10));
        assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(Stored.bytes(4, 10));
    }

    @Test
    void theNewestResponseIsFirst() throws IOException {
        for (String variant : List.of("one", "two", "three")) {
            Stored.put(store(), Stored.head(KEY).variant(variant).build(), Stored.bytes(3, 10));
        }

        assertThat(store().find(KEY))
                .extracting(found -> found.head().variant())
                .containsExactly("three", "two", "one");
    }

    @Test
    void aLaterResponseReplacesTheEarlierOneOfItsVariant() throws IOException {
        Stored.put(store(), Stored.head(KEY).variant("one").stamp(1).build(), Stored.bytes(1, 10));
        Stored.put(store(), Stored.head(KEY).variant("two").stamp(2).build(), Stored.bytes(2, 20));
        Stored.put(store(), Stored.head(KEY).variant("one").stamp(3).build(), Stored.bytes(3, 30));

        List<StoredResponse> found = store().find(KEY);
        assertThat(found).extracting(each -> each.head().stamp()).containsExactly(3L, 2L);
        assertThat(Stored.body(found.get(0))).isEqualTo(Stored.bytes(3, 30));
        assertThat(Stored.body(found.get(1))).isEqualTo(Stored.bytes(2, 20));
        assertThat(store().usage().entries()).isEqualTo(2);
        assertThat(store().usage().evicted()).as("replaced is not evicted").isZero();
    }

    @Test
    void otherKeysAreOtherResponses() throws IOException {
        // The first two have the same hash code.
        List<String> keys = List.of("http://h/Aa", "http://h/BB", "http://h/A", "http://h/Aa/", "HTTP://H/AA", "");
        for (int i = 0; i < keys.size(); i++) {
            Stored.put(store(), Stored.head(keys.get(i)).build(), Stored.bytes(i, 10 + i));
        }

        for (int i = 0; i < keys.size(); i++) {
            StoredResponse found = Stored.only(store(), keys.get(i));
            assertThat(found.head().key()).isEqualTo(keys.get(i));
            assertThat(Stored.body(found)).isEqualTo(Stored.bytes(i, 10 + i));
        }
        assertThat(store().remove(keys.get(0))).isEqualTo(1);
        assertThat(store().find(keys.get(1))).hasSize(1);
    }

    @Test
    void aResponseIsStoredWithTheHeadOfItsCommit() throws IOException {
        StoredHead head = Stored.head(KEY).build();
        try (Writing writing = Stored.write(store(), head, 10)) {
            writing.append(Stored.bytes(1, 10), 0, 10);
            writing.commit(head.toBuilder().stale(true).build());
        }

        assertThat(Stored.only(store(), KEY).head().stale()).isTrue();
    }

    @Test
    void anUpdateReplacesTheHeadAndKeepsTheBody() throws IOException {
        Stored.put(store(), Stored.head(KEY).variant("one").build(), Stored.bytes(1, 10));
        Stored.put(store(), Stored.head(KEY).variant("two").build(), Stored.bytes(2, 20));
        StoredResponse found = store().find(KEY).get(1);
        StoredHead first = found.head().toBuilder().stamp(5).build();

        store().update(found, first);
        assertThat(found.head().stamp())
                .as("what was found before stays as it was")
                .isZero();
        assertThat(Stored.variant(store(), KEY, "one").head().encode()).isEqualTo(first.encode());

        Headers longer = Headers.of("X-Long", "x".repeat(10_000));
        store().update(found, first.toBuilder().stamp(6).headers(longer).build());
        StoredResponse now = Stored.variant(store(), KEY, "one");
        assertThat(now.head().stamp()).as("through the same response again").isEqualTo(6);
        assertThat(now.head().headers()).isEqualTo(longer);
        assertThat(Stored.body(now)).isEqualTo(Stored.bytes(1, 10));
        assertThat(Stored.body(Stored.variant(store(), KEY, "two"))).isEqualTo(Stored.bytes(2, 20));
        assertThat(store().usage().entries()).isEqualTo(2);
    }

    @Test
    void anUpdateOfWhatIsNotStoredAnyMoreHasNoEffect() throws IOException {
        Stored.put(store(), Stored.head(KEY).stamp(1).build(), Stored.bytes(1, 10));
        StoredResponse replaced = Stored.only(store(), KEY);
        Stored.put(store(), Stored.head(KEY).stamp(2).build(), Stored.bytes(2, 20));

        store().update(replaced, replaced.head().toBuilder().stamp(3).build());
        assertThat(Stored.only(store(), KEY).head().stamp()).isEqualTo(2);
        assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(Stored.bytes(2, 20));

        StoredResponse removed = Stored.only(store(), KEY);
        store().remove(KEY);
        store().update(removed, removed.head().toBuilder().stamp(4).build());
        assertThat(store().find(KEY)).isEmpty();
        assertThat(store().usage().entries()).isZero();
    }

    @Test
    void allResponsesOfAKeyAreRemoved() throws IOException {
        Stored.put(store(), Stored.head(KEY).variant("one").build(), Stored.bytes(1, 10));
        Stored.put(store(), Stored.head(KEY).variant("two").build(), Stored.bytes(2, 100_000));
        Stored.put(store(), Stored.head(KEY + "/other").build(), Stored.bytes(3, 30));

        assertThat(store().remove(KEY)).isEqualTo(2);
        assertThat(store().find(KEY)).isEmpty();
        assertThat(store().find(KEY + "/other")).hasSize(1);
        assertThat(store().remove(KEY)).isZero();
        store().remove(KEY + "/other");
        assertThat(store().usage()).isEqualTo(new CacheStore.Usage(0, 0, ROOM, 0, 0));
    }

    @Test
    void oneResponseIsRemoved() throws IOException {
        for (String variant : List.of("one", "two", "three")) {
            Stored.put(store(), Stored.head(KEY).variant(variant).build(), Stored.bytes(3, 10));
        }
        StoredResponse two = Stored.variant(store(), KEY, "two");

        store().update(two, two.head().toBuilder().stamp(1).build());
        store().remove(two);
        store().remove(two);
        assertThat(store().find(KEY))
                .extracting(found -> found.head().variant())
                .containsExactly("three", "one");
    }

    @Test
    void theRemovalOfWhatWasReplacedHasNoEffect() throws IOException {
        Stored.put(store(), Stored.head(KEY).build(), Stored.bytes(1, 10));
        StoredResponse replaced = Stored.only(store(), KEY);
        Stored.put(store(), Stored.head(KEY).build(), Stored.bytes(2, 20));

        store().remove(replaced);
        assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(Stored.bytes(2, 20));
    }

    @Test
    void aReaderKeepsWhatItReadsWhenTheResponseIsGone() throws IOException {
        byte[] bytes = Stored.bytes(1, 200_000);
        Stored.put(store(), Stored.head(KEY).build(), bytes);

        try (StoredBody replaced = Stored.only(store(), KEY).open()) {
            Stored.put(store(), Stored.head(KEY).build(), Stored.bytes(2, 200_000));
            try (StoredBody removed = Stored.only(store(), KEY).open()) {
                store().remove(KEY);
                Stored.put(store(), Stored.head(KEY).build(), Stored.bytes(3, 200_000));
                assertThat(Stored.read(replaced)).isEqualTo(bytes);
                assertThat(Stored.read(removed)).isEqualTo(Stored.bytes(2, 200_000));
            }
        }
    }

    @Test
    void aClosedReaderMayBeClosedAgain() throws IOException {
        Stored.put(store(), Stored.head(KEY).build(), Stored.bytes(1, 10));
        StoredBody body = Stored.only(store(), KEY).open();

        body.close();
        body.close();
        assertThat(Stored.body(Stored.only(store(), KEY))).isEqualTo(Stored.bytes(1, 10));
    }

    /** Else a field of the client's choice, as {@code Vary: User-Agent}, makes one key as long as the store. */
    @Test
    void ofVeryManyVariantsTheNewestAreKept() throws IOException {
        for (int i = 0; i < 200; i++) {
            Stored.put(store(), Stored.head(KEY).variant("v" + i).build(), Stored.bytes(i, 10));
        }

        List<StoredResponse> found = store().find(KEY);
        assertThat(found).hasSizeBetween(32, 64);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).head().variant()).isEqualTo("v" + (199 - i));
        }
        assertThat(store().usage().entries()).isEqualTo(found.size());
        assertThat(store().usage().evicted()).isEqualTo(200 - found.size());
    }

    @Test
    void aClosedStoreMayBeClosedAgain() throws IOException {
        Stored.put(store(), Stored.head(KEY).build(), Stored.bytes(1, 10));
        store().close();
        store().close();
    }

    @Test
    void boundsMustBePositive() {
        assertThatThrownBy(() -> open(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> open(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
