package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.EOFException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScriptedOriginTest {
    private static final String HEAD = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    @Test
    void theBytesOfTheScriptAreSentAsTheyAre() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> connection.write("\u00ff\n\r\0end"));
                RawConnection client = RawConnection.connect(origin.address())) {
            assertThat(client.readAll()).isEqualTo("\u00ff\n\r\0end");
        }
    }

    @Test
    void aRealClientCanTalkToIt() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        })) {
            HttpURLConnection client = (HttpURLConnection) origin.uri().toURL().openConnection();

            assertThat(client.getResponseCode()).isEqualTo(204);
            assertThat(origin.requests().get(0))
                    .startsWith("GET / HTTP/1.1\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void aHeadEndsWithItsEmptyLineAndWhatFollowsIsStillThere() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    String head = connection.readHead();
                    connection.write(head.length() + connection.readExactly(3) + connection.readAll());
                });
                RawConnection client = RawConnection.connect(origin.address())) {
            client.write(HEAD + "abc");
            client.write("de");
            client.shutdownOutput();

            assertThat(client.readAll()).isEqualTo(HEAD.length() + "abcde");
        }
    }

    @Test
    void theHeadsOfAllConnectionsAreKept() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    while (true) {
                        connection.readHead();
                        connection.write("ok");
                    }
                });
                RawConnection one = RawConnection.connect(origin.address());
                RawConnection two = RawConnection.connect(origin.address())) {
            one.write("A\r\n\r\n");
            assertThat(one.readExactly(2)).isEqualTo("ok");
            two.write("B\r\n\r\nC\r\n\r\n");

            assertThat(origin.awaitRequests(3)).containsExactly("A\r\n\r\n", "B\r\n\r\n", "C\r\n\r\n");
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void anEndWithinWhatIsReadFailsAndShowsWhatCame() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> connection.write("HTTP/1.1 2"));
                RawConnection client = RawConnection.connect(origin.address())) {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(client::readHead)
                    .withMessageContaining("\"HTTP/1.1 2\"");
        }
    }

    @Test
    void aResetIsSeenAsAFailureAndNotAsAnEnd() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.reset();
                });
                RawConnection client = RawConnection.connect(origin.address())) {
            client.write(HEAD);

            assertThatIOException().isThrownBy(client::readAll).withMessageContaining("reset");
        }
    }

    @Test
    void closingEndsScriptsThatWaitAndConnectionsThatAreOpen() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            try {
                connection.write("x");
                connection.readHead();
            } finally {
                ended.countDown();
            }
        });
        try (RawConnection client = RawConnection.connect(origin.address())) {
            client.readExactly(1);
            origin.close();
            origin.close();

            assertThat(ended.getCount()).isZero();
            assertThat(client.readAll()).isEmpty();
            assertThatIOException().isThrownBy(() -> RawConnection.connect(origin.address()));
        }
    }

    @Test
    void closingWaitsForScriptsToEnd() throws Exception {
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            try {
                connection.readHead();
            } finally {
                ending.countDown();
                mayEnd.await();
            }
        });
        try (RawConnection client = RawConnection.connect(origin.address())) {
            client.write(HEAD.substring(1, 4));
            awaitConnection(origin);
            TimeSource real = TimeSource.system();
            Signal closed = real.start("close", origin::close);
            ending.await();

            assertThat(real.await(closed, real.deadline(Duration.ofMillis(50)))).isFalse();
            mayEnd.countDown();
            assertThat(real.await(closed, TimeSource.NEVER)).isTrue();
        }
    }

    @Test
    void aFailedAssertionOfAScriptIsThrownWhenTheOriginIsClosed() throws Exception {
        ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            throw new AssertionError("not what was expected");
        });
        try (RawConnection client = RawConnection.connect(origin.address())) {
            assertThat(client.readAll()).isEmpty();
        }

        assertThatIllegalStateException()
                .isThrownBy(origin::close)
                .havingCause()
                .withMessage("not what was expected");
    }

    private static void awaitConnection(ScriptedOrigin origin) {
        while (origin.connections() == 0) {
            Thread.onSpinWait();
        }
    }
}
