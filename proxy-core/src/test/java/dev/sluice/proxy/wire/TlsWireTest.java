package dev.sluice.proxy.wire;

import static dev.sluice.proxy.time.Awaited.isTrue;
import static dev.sluice.proxy.wire.WireFixture.flood;
import static dev.sluice.proxy.wire.WireFixture.read;
import static dev.sluice.proxy.wire.WireFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.WireFixture.Task;
import dev.sluice.proxy.wire.WireFixture.TlsPair;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TlsWireTest extends BetweenWires {
    static Stream<Boolean> threads() {
        return PlainWireTest.threads();
    }

    private TlsPair tls(String protocol) throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {protocol});
        return ends.tls(
                TlsSettings.of(TestTls.client("a.test"), parameters),
                ServerTls.of(TlsSettings.of(TestTls.server("a.test"), parameters)),
                "a.test");
    }

    private TlsPair tls() throws Exception {
        return tls("TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void muchGoesBothWaysAtOnce(String protocol) throws Exception {
        TlsPair tls = tls(protocol);
        String much = "0123456789abcdef".repeat(60_000);
        Task<Void> there = ends.start(() -> send(tls.near(), much));
        Task<Void> back = ends.start(() -> send(tls.far(), much));
        Task<String> arrived = ends.start(() -> read(tls.far(), much.length()));

        assertThat(read(tls.near(), much.length())).isEqualTo(much);
        assertThat(arrived.get()).isEqualTo(much);
        there.get();
        back.get();
    }

    private static Void send(Wire wire, String text) throws IOException {
        write(wire, text);
        return null;
    }

    @Test
    void decryptedBytesAreAvailable() throws Exception {
        TlsPair tls = tls();
        write(tls.near(), "abcdef");

        assertThat(tls.far().available()).isZero();
        assertThat(read(tls.far(), 2)).isEqualTo("ab");
        assertThat(tls.far().available()).isEqualTo(4);
    }

    /** A request that has come before a drain ends the input is not lost. */
    @Test
    void anInputThatHasEndedStillGivesWhatIsKept() throws Exception {
        TlsPair tls = tls();
        write(tls.near(), "abc");
        assertThat(ends.far.awaitBytes()).isTrue();
        ends.far.endInput(new IOException("gone"));

        assertThat(read(tls.far(), 3)).isEqualTo("abc");
        assertThatThrownBy(() -> tls.far().read(new byte[1], 0, 1)).hasMessage("gone");
    }

    @Test
    void aCloseNotifyEndsOneDirectionAndLeavesTheOther() throws Exception {
        TlsPair tls = tls();
        write(tls.near(), "x");
        tls.near().shutdownOutput();

        assertThat(read(tls.far(), 9)).isEqualTo("x");
        assertThat(tls.far().read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(tls.far().read(new byte[1], 0, 1)).isEqualTo(-1);
        write(tls.far(), "answer");
        assertThat(read(tls.near(), 6)).isEqualTo("answer");
        tls.far().shutdownOutput();
        tls.far().close();
        assertThat(tls.near().read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test
    void inTls12ACloseNotifyIsAnEndToo() throws Exception {
        TlsPair tls = tls("TLSv1.2");
        write(tls.near(), "x");
        tls.near().shutdownOutput();

        assertThat(read(tls.far(), 9)).isEqualTo("x");
        assertThat(tls.far().read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(tls.near().read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anEndWithoutCloseNotifyIsAFailure(String protocol) throws Exception {
        TlsPair tls = tls(protocol);
        write(tls.near(), "x");
        ends.near.shutdownOutput();

        assertThat(read(tls.far(), 1)).isEqualTo("x");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> read(tls.far(), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("close_notify");
        }
        write(tls.far(), "answer");
        assertThat(read(tls.near(), 6)).isEqualTo("answer");
    }

    @Test
    void aResetIsAFailure() throws Exception {
        TlsPair tls = tls();
        Task<String> reader = ends.start(() -> read(tls.far(), 1)).awaitBlocked();

        tls.near().abort();

        assertThat(reader.failure()).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        assertThat(tls.near().closed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void closeFreesReaderAndWriter(boolean virtual) throws Exception {
        TlsPair tls = tls();
        Task<Void> writer = ends.start(virtual, () -> flood(tls.near())).awaitBlocked();
        Task<String> reader = ends.start(virtual, () -> read(tls.near(), 1)).awaitBlocked();

        tls.near().close();

        assertThat(writer.failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(reader.failure()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> read(tls.near(), 1)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void abortFreesReaderAndWriter(boolean virtual) throws Exception {
        TlsPair tls = tls();
        Task<Void> writer = ends.start(virtual, () -> flood(tls.near())).awaitBlocked();
        Task<String> reader = ends.start(virtual, () -> read(tls.near(), 1)).awaitBlocked();

        tls.near().abort();

        assertThat(writer.failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(reader.failure()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> read(ends.far, 1 << 26)).isInstanceOf(SocketException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void breakInputFailsReadsAndTheOutputStaysUsable(String protocol) throws Exception {
        TlsPair tls = tls(protocol);
        Task<String> reader = ends.start(() -> read(tls.near(), 1)).awaitBlocked();
        IOException why = new IOException("gone");

        tls.near().breakInput(why);

        assertThat(reader.failure()).isSameAs(why);
        assertThatThrownBy(() -> read(tls.near(), 1)).isSameAs(why);
        write(tls.near(), "answer");
        assertThat(read(tls.far(), 6)).isEqualTo("answer");
        tls.near().shutdownOutput();
        assertThat(tls.far().read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test
    void breakInputFailsAReadEvenIfPlaintextIsBuffered() throws Exception {
        TlsPair tls = tls();
        write(tls.far(), "ab");
        read(tls.near(), 1);

        tls.near().breakInput(new IOException("gone"));

        assertThat(tls.near().available()).isZero();
        assertThatThrownBy(() -> read(tls.near(), 1)).hasMessage("gone");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void anOverdueReadFailsInTheMiddleOfARecord(boolean virtual) throws Exception {
        TlsPair tls = tls();
        tls.near().readDeadline(Duration.ofSeconds(1).toNanos());
        Task<String> reader = ends.start(virtual, () -> read(tls.near(), 1)).awaitBlocked();
        write(ends.far, "\27\3\3\0\40abc");
        reader.awaitBlocked();

        ends.time.advance(Duration.ofMillis(1_100));

        assertThat(reader.failure()).isInstanceOf(WireTimeoutException.class);
        write(tls.near(), "408");
        assertThat(read(tls.far(), 3)).isEqualTo("408");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void anOverdueWriteEndsTheWireWithoutACloseNotify(boolean virtual) throws Exception {
        TlsPair tls = tls();
        tls.near().writeDeadline(Duration.ofSeconds(1).toNanos());
        Task<Void> writer = ends.start(virtual, () -> flood(tls.near())).awaitBlocked();

        ends.time.advance(Duration.ofMillis(1_100));

        assertThat(writer.failure()).isInstanceOf(WireTimeoutException.class);
        assertThatThrownBy(() -> read(tls.far(), 1 << 26)).hasMessageContaining("without a TLS close_notify");
    }

    @Test
    void aCloseNotifyThatBlocksEndsAtTheDeadline() throws Exception {
        TlsPair tls = tls();
        Task<Void> filler = ends.start(() -> flood(ends.near)).awaitBlocked();
        tls.near().writeDeadline(Duration.ofSeconds(1).toNanos());
        Task<Void> ending = ends.start(() -> {
            tls.near().shutdownOutput();
            return null;
        });

        ends.time.advance(Duration.ofMillis(1_100));

        assertThat(filler.failure()).isInstanceOf(WireTimeoutException.class);
        assertThat(ending.failure()).isInstanceOf(IOException.class);
    }

    @Test
    void aPeekKeepsRecordsForTheNextRead() throws Exception {
        TlsPair tls = tls();
        write(tls.near(), "abc");
        assertThat(read(tls.far(), 3)).isEqualTo("abc");
        assertThat(tls.far().peek()).isTrue();
        write(tls.near(), "def");
        isTrue(() -> tls.far().peek() && ends.far.available() > 0);

        assertThat(read(tls.far(), 3)).isEqualTo("def");
        assertThat(tls.far().peek()).isTrue();
    }

    @Test
    void aPeekSeesThatThePeerHasClosed() throws Exception {
        TlsPair tls = tls();
        assertThat(tls.near().peek()).isTrue();
        tls.far().shutdownOutput();
        tls.far().close();

        isTrue(() -> !tls.near().peek());
        assertThat(tls.near().read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test
    void aBadRecordIsAFailureAndClosesTheWire() throws Exception {
        TlsPair tls = tls();
        write(ends.near, "\27\3\3\0\40" + "x".repeat(32));

        assertThatThrownBy(() -> read(tls.far(), 1)).isInstanceOf(IOException.class);
        assertThat(tls.far().closed()).isTrue();
        assertThatThrownBy(() -> read(tls.far(), 1)).isInstanceOf(IOException.class);
    }
}
