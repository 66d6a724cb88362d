package dev.sluice.proxy.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayBufferTest {
    private static Body oneShot(String text) {
        return Body.of(new ByteArrayInputStream(text.getBytes(UTF_8)), Body.UNKNOWN);
    }

    private static String rest(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), UTF_8);
    }

    @Test
    void eachViewBeginsAtTheFirstByte() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abcdef"), 100, TimeSource.system());
        InputStream first = replay.view(() -> {}).open();
        assertThat(first.readNBytes(2)).asString(UTF_8).isEqualTo("ab");
        InputStream second = replay.view(() -> {}).open();
        assertThat(second.readNBytes(4)).asString(UTF_8).isEqualTo("abcd");

        assertThat(rest(replay.view(() -> {}).open())).isEqualTo("abcdef");
        assertThat(replay.kept()).isTrue();
    }

    @Test
    void availableBytesAreKnownBeforeTheFirstRead() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abcdef"), 100, TimeSource.system());
        InputStream first = replay.view(() -> {}).open();
        assertThat(first.available()).isEqualTo(6);
        first.readNBytes(2);
        assertThat(replay.view(() -> {}).open().available()).isPositive();
    }

    @Test
    void theViewOfAnEarlierAttemptFails() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abc"), 100, TimeSource.system());
        InputStream first = replay.view(() -> {}).open();
        first.read();
        replay.view(() -> {});

        assertThatThrownBy(first::read).isInstanceOf(IOException.class);
    }

    @Test
    void closingAViewLeavesTheClientsStreamOpen() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abc"), 100, TimeSource.system());
        Body first = replay.view(() -> {});
        first.open().read();
        first.close();

        assertThat(rest(replay.view(() -> {}).open())).isEqualTo("abc");
    }

    @Test
    void pastTheLimitTheReplayIsForfeitedAndTheBodyStillPassesWhole() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abcdef"), 5, TimeSource.system());
        InputStream view = replay.view(() -> {}).open();
        assertThat(view.readNBytes(5)).hasSize(5);
        assertThat(replay.kept()).isTrue();

        assertThat(rest(view)).isEqualTo("f");
        assertThat(replay.kept()).isFalse();
        assertThat(replay.explain()).contains("more than 5 bytes");
    }

    @Test
    void aReplayThatGoesPastTheLimitStillPassesWhole() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abcdefgh"), 5, TimeSource.system());
        replay.view(() -> {}).open().readNBytes(4);

        assertThat(rest(replay.view(() -> {}).open())).isEqualTo("abcdefgh");
        assertThat(replay.kept()).isFalse();
    }

    @Test
    void nothingIsReadFromTheClientBeforeTheUpstreamAsks() {
        Body untouchable = new Body() {
            @Override
            public long length() {
                return 10;
            }

            @Override
            public boolean repeatable() {
                return false;
            }

            @Override
            public InputStream open() {
                throw new AssertionError("opened");
            }

            @Override
            public dev.sluice.proxy.Headers trailers() {
                throw new AssertionError();
            }

            @Override
            public void close() {}
        };
        ReplayBuffer replay = new ReplayBuffer(untouchable, 100, TimeSource.system());
        replay.view(() -> {}).open();

        assertThat(replay.kept()).isTrue();
        assertThat(replay.view(() -> {}).length()).isEqualTo(10);
    }

    @Test
    void bytesThatAnEarlierAttemptWasWaitingForGoToTheNext() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        InputStream client = new InputStream() {
            private int given;

            @Override
            public int read() {
                throw new AssertionError();
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                if (given == 8) {
                    return -1;
                }
                reading.countDown();
                try {
                    arrived.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                System.arraycopy("abcdefgh".getBytes(UTF_8), given, b, off, 4);
                given += 4;
                return 4;
            }
        };
        ReplayBuffer replay = new ReplayBuffer(Body.of(client, 8), 3, TimeSource.system());
        InputStream first = replay.view(() -> {}).open();
        CompletableFuture<Throwable> stuck = CompletableFuture.supplyAsync(() -> {
            try {
                first.read(new byte[8]);
                return new AssertionError("the bytes were given to the attempt that is over");
            } catch (IOException expected) {
                return expected;
            }
        });
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
        InputStream second = replay.view(() -> {}).open();
        CompletableFuture<String> all = CompletableFuture.supplyAsync(() -> {
            try {
                return rest(second);
            } catch (IOException e) {
                return e.toString();
            }
        });
        arrived.countDown();

        assertThat(stuck.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        assertThat(all.get(10, TimeUnit.SECONDS)).isEqualTo("abcdefgh");
        assertThat(replay.kept()).isFalse();
    }

    /** It may wait for an answer to what it has sent. */
    @Test
    void whatIsKeptDoesNotWaitForTheClient() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        InputStream client = new ByteArrayInputStream("abcdefgh".getBytes(UTF_8)) {
            @Override
            public int read(byte[] b, int off, int len) {
                if (available() <= 4) {
                    reading.countDown();
                    Awaited.latch(arrived);
                }
                return super.read(b, off, Math.min(len, 4));
            }
        };
        ReplayBuffer replay = new ReplayBuffer(Body.of(client, 8), 100, TimeSource.system());
        InputStream first = replay.view(() -> {}).open();
        CompletableFuture<Boolean> stuck = CompletableFuture.supplyAsync(() -> {
            try {
                return first.readAllBytes().length == 0;
            } catch (IOException expected) {
                return true;
            }
        });
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
        InputStream second = replay.view(() -> {}).open();
        assertThat(second.available()).isEqualTo(4);
        assertThat(second.readNBytes(4)).asString(UTF_8).isEqualTo("abcd");
        assertThat(second.available()).isZero();
        arrived.countDown();
        assertThat(rest(second)).isEqualTo("efgh");
        assertThat(stuck.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(replay.whole()).isTrue();
    }

    @Test
    void aFailureOfTheClientIsDistinctFromUpstreamFailures() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        ReplayBuffer replay = new ReplayBuffer(Body.of(broken, 5), 100, TimeSource.system());
        assertThatThrownBy(() -> replay.view(() -> {}).open().read(new byte[5])).isInstanceOf(IOException.class);

        assertThat(replay.failure()).isNotNull();
        assertThat(replay.failure().outcome()).isEqualTo(Outcome.CLIENT_BODY_FAILED);
        assertThat(replay.kept()).isFalse();
    }

    @Test
    void aBodyThatCanBeReadAgainIsNotCopied() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(Body.of("abcdef"), 2, TimeSource.system());
        replay.view(() -> {}).open().readAllBytes();

        assertThat(replay.kept()).isTrue();
        assertThat(rest(replay.view(() -> {}).open())).isEqualTo("abcdef");
    }

    @Test
    void noBodyStaysNoBody() {
        assertThat(new ReplayBuffer(Body.empty(), 100, TimeSource.system())
                        .view(() -> {})
                        .length())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {6, Body.UNKNOWN})
    void viewsOfAWholeBodyDoNotDisturbEachOther(long length) throws Exception {
        Body body = Body.of(new ByteArrayInputStream("abcdef".getBytes(UTF_8)), length);
        ReplayBuffer replay = new ReplayBuffer(body, 6, TimeSource.system());
        replay.view(() -> {}).open().readNBytes(length == 6 ? 6 : 7);
        assertThat(replay.whole()).isTrue();
        InputStream first = replay.view(() -> {}).open();
        assertThat(first.readNBytes(2)).asString(UTF_8).isEqualTo("ab");
        InputStream second = replay.view(() -> {}).open();
        assertThat(second.readNBytes(4)).asString(UTF_8).isEqualTo("abcd");
        replay.forget();

        assertThat(rest(first)).isEqualTo("cdef");
        assertThat(rest(second)).isEqualTo("ef");
        assertThat(rest(replay.view(() -> {}).open())).isEqualTo("abcdef");
    }

    @Test
    void aBodyThatIsNotKeptIsNeverWhole() throws Exception {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abcdef"), 5, TimeSource.system());
        replay.view(() -> {}).open().readAllBytes();

        assertThat(replay.whole()).isFalse();
    }

    @Test
    void aBodyThatFailedAfterItsLastByteIsNotWhole() throws Exception {
        InputStream failing = new InputStream() {
            private int left = 3;

            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (left-- > 0) {
                    target[offset] = 'x';
                    return 1;
                }
                throw new IOException("reset");
            }
        };
        ReplayBuffer replay = new ReplayBuffer(Body.of(failing, 3), 5, TimeSource.system());
        InputStream view = replay.view(() -> {}).open();
        assertThat(view.readNBytes(3)).hasSize(3);
        assertThat(replay.whole()).isTrue();

        assertThatThrownBy(view::read).isInstanceOf(IOException.class);
        assertThat(replay.whole()).isFalse();
    }

    @Test
    void anEndedViewShowsNothingOfTheClient() {
        ReplayBuffer replay = new ReplayBuffer(oneShot("abc"), 100, TimeSource.system());
        Body view = replay.view(() -> {});
        InputStream stream = view.open();
        view.close();

        assertThat(stream).satisfies(closed -> assertThat(closed.available()).isZero());
    }
}
