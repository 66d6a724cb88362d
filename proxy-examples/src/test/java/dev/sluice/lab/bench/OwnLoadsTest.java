package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The loads over connections that were opened before. The first request of a connection is the one that opens it. */
class OwnLoadsTest {
    private static final int STILL_MILLIS = 300;

    @Test
    void theLastAnswersOfALoadAreAwaitedButNoPartOfItsRate() throws Exception {
        try (RudeServer server = new RudeServer((client, number) -> {});
                IdleConnections open = IdleConnections.open(server.port(), 8)) {
            LoadResult result = KeptLoad.run(open, 1);
            assertThat(result.errors()).isEmpty();
            // Each connection has one answer after the end.
            assertThat(result.perSecond()).isEqualTo(result.requests() - 8.0);
            assertThat(result.p99Micros()).isPositive();
            // Nothing of the first load is on its way, which the second would take for its own.
            assertThat(KeptLoad.run(open, 1).errors()).isEmpty();
        }
    }

    @Test
    void aConnectionThatTheServerClosesIsAnErrorOfALoad() throws Exception {
        try (RudeServer server = new RudeServer((client, number) -> closeAt(number, 3));
                IdleConnections open = IdleConnections.open(server.port(), 2)) {
            LoadResult result = KeptLoad.run(open, 1);
            assertThat(result.errors()).isEqualTo("2 connections failed");
            assertThat(result.requests()).isEqualTo(4);
        }
    }

    @Test
    void aScheduleGoesOnWhileNothingIsAnswered() throws Exception {
        CountDownLatch sent = new CountDownLatch(100);
        try (RudeServer server = new RudeServer((client, number) -> {
            if (number > 0) {
                sent.countDown();
                sent.await();
            }
        })) {
            ScheduledLoad.Result result = ScheduledLoad.run(server.port(), 128, 200, 1);
            assertThat(result.errors()).isEmpty();
            // The hundredth was due after 495 ms, so the first 25 had waited for 375 ms or longer.
            assertThat(result.latencies().count()).isEqualTo(200);
            assertThat(result.latencies().percentileMicros(88)).isGreaterThan(370_000);
        }
    }

    @Test
    void aServerThatStandsStillIsSeenByAllRequestsThatWereDueMeanwhile() throws Exception {
        try (RudeServer server = new RudeServer((client, number) -> {
            if (number == 1) {
                standStill(client);
            }
        })) {
            ScheduledLoad.Result result = ScheduledLoad.run(server.port(), 1, 100, 1);
            // With one connection the others could not even be sent. Those of the first 200 ms waited for 100 ms or
            // longer.
            assertThat(result.latencies().percentileMicros(81)).isGreaterThan(99_000);
        }
    }

    @Test
    void aRateThatIsNotReachedIsAnError() throws Exception {
        try (RudeServer server = new RudeServer((client, number) -> standStill(client))) {
            ScheduledLoad.Result result = ScheduledLoad.run(server.port(), 1, 100, 1);
            assertThat(result.errors()).startsWith("fell behind: ").endsWith("/s were sent");
            assertThat(result.sentPerSecond()).isLessThan(99);
        }
    }

    @Test
    void requestsThatAreNotAnsweredAreAnErrorOfASchedule() throws Exception {
        try (RudeServer server = new RudeServer((client, number) -> closeAt(number, 1))) {
            ScheduledLoad.Result result = ScheduledLoad.run(server.port(), 2, 10, 1);
            assertThat(result.latencies().count()).isZero();
            assertThat(result.errors()).endsWith(" requests were not answered");
        }
    }

    private static void closeAt(int number, int last) throws IOException {
        if (number == last) {
            throw new IOException("closed as the test wants it");
        }
    }

    /** The client sends nothing before the answer, so the read ends with the time. */
    private static void standStill(Socket client) throws IOException {
        client.setSoTimeout(STILL_MILLIS);
        try {
            client.getInputStream().read();
        } catch (SocketTimeoutException expected) {
            client.setSoTimeout(0);
        }
    }
}
