package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies in pieces: whole, or a failure. */
class GridBodiesTest extends GridFixture {
    private static final Duration DAY = Duration.ofDays(1);

    /** A store with no memory to speak of: each piece comes from the grid. */
    private GridStore reader() {
        return closing(new GridStore(grid, new GridStore.Bounds(50_000_000, 5_000_000, 100), time));
    }

    private void put(int seed, int length) throws IOException {
        Stored.put(store(), Stored.head(KEY).stamp(seed).build(), Stored.bytes(seed, length));
    }

    private List<String> pieces() {
        return grid.names().stream()
                .filter(name -> !name.startsWith("heads/"))
                .sorted()
                .toList();
    }

    @Test
    void aReaderInTheMiddleOfABodyThatIsReplacedGetsAllOfIt() throws Exception {
        put(1, 300_000);
        GridStore other = reader();
        try (StoredBody body = Stored.only(other, KEY).open()) {
            body.read(0, new byte[10], 0, 10);
            put(2, 300_000);
            time.advance(Duration.ofSeconds(59));
            assertThat(Stored.body(Stored.only(other, KEY))).isEqualTo(Stored.bytes(2, 300_000));
            assertThat(Stored.read(body)).isEqualTo(Stored.bytes(1, 300_000));
        }
        assertThat(pieces()).hasSize(10);
        time.advance(Duration.ofSeconds(1));
        assertThat(pieces()).as("after a minute").hasSize(5);
    }

    @Test
    void whatWasNeverCommittedIsRemovedAtOnce() throws Exception {
        try (Writing writing = Stored.write(store(), Stored.head(KEY).build(), -1)) {
            Stored.append(writing, Stored.bytes(1, 200_000));
            assertThat(pieces()).hasSize(3);
        }
        assertThat(pieces()).isEmpty();
    }

    @Test
    void aPieceThatIsMissingIsAFailureAndTheResponseIsDropped() throws Exception {
        put(1, 200_000);
        GridStore other = reader();
        try (StoredBody body = Stored.only(other, KEY).open()) {
            grid.remove(pieces().get(2));
            assertThatThrownBy(() -> Stored.read(body))
                    .isInstanceOf(IOException.class)
                    .hasMessage("piece 2 of a stored body is not in the grid any more");
        }
        assertThat(other.find(KEY)).isEmpty();
    }

    @Test
    void aFirstPieceThatIsMissingIsNoticedBeforeTheHeadIsSent() throws Exception {
        put(1, 200_000);
        GridStore other = reader();
        StoredResponse found = Stored.only(other, KEY);
        grid.remove(pieces().get(0));
        assertThatThrownBy(found::open).isInstanceOf(IOException.class);
        assertThat(other.find(KEY)).isEmpty();
    }

    @Test
    void aPieceThatIsDamagedIsAFailureAndTheResponseIsDropped() throws Exception {
        for (int fault = 0; fault < 4; fault++) {
            put(1, 200_000);
            List<String> pieces = pieces().subList(0, 4);
            byte[] piece = grid.get(pieces.get(1)).clone();
            switch (fault) {
                case 0 -> piece[1_000] ^= 1;
                case 1 -> piece[piece.length - 1] ^= 1;
                case 2 -> piece = new byte[3];
                default -> piece = grid.get(pieces.get(2));
            }
            grid.put(pieces.get(1), piece, DAY);
            GridStore other = reader();
            try (StoredBody body = Stored.only(other, KEY).open()) {
                assertThatThrownBy(() -> Stored.read(body))
                        .as("fault " + fault)
                        .isInstanceOf(IOException.class)
                        .hasMessage("piece 1 of a stored body is damaged");
            }
            assertThat(other.find(KEY)).isEmpty();
            time.advance(Duration.ofMinutes(1));
            assertThat(pieces()).isEmpty();
        }
    }

    @Test
    void aGridThatIsAwayIsNoReasonToDropAResponse() throws Exception {
        put(1, 200_000);
        GridStore other = reader();
        try (StoredBody body = Stored.only(other, KEY).open()) {
            grid.away(true);
            assertThatThrownBy(() -> Stored.read(body)).isInstanceOf(IOException.class);
        }
        grid.away(false);
        rested();
        assertThat(Stored.body(Stored.only(other, KEY))).isEqualTo(Stored.bytes(1, 200_000));
    }

    @Test
    void whatIsAboutToEndIsNotFound() throws Exception {
        put(1, 200_000);
        GridStore other = reader();
        StoredResponse found = Stored.only(other, KEY);
        time.advance(DAY.minusMinutes(1));
        other.update(found, found.head().toBuilder().stamp(2).build());
        assertThat(Stored.body(Stored.only(other, KEY))).hasSize(200_000);
        time.advance(Duration.ofMillis(1));
        assertThat(other.find(KEY)).isEmpty();
        assertThat(pieces()).as("it can still be read").hasSize(4);
        time.advance(Duration.ofMinutes(1));
        assertThat(pieces()).isEmpty();
    }

    @Test
    void anIndexThatIsDamagedIsReplaced() throws Exception {
        put(1, 10);
        String name = grid.names().stream()
                .filter(each -> each.startsWith("heads/"))
                .findFirst()
                .orElseThrow();
        for (byte[] damaged : new byte[][] {{}, {1, 2, 3}, {0, 0, 0, 1, 0, 1, 'x'}, {127, 0, 0, 0}, new byte[100]}) {
            grid.put(name, damaged, DAY);
            assertThat(store().find(KEY)).isEmpty();
            put(2, 10);
            assertThat(Stored.body(Stored.only(reader(), KEY))).isEqualTo(Stored.bytes(2, 10));
        }
    }
}
