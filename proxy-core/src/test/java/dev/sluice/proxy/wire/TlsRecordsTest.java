package dev.sluice.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.WireFixture.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that sends record after record without data is refused after a limited number. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsRecordsTest extends BetweenWires {
    private static final int HANDSHAKE = 22;
    private static final int DATA = 23;
    private static final int MOST = 64;

    private static TlsRecords established() {
        TlsRecords records = new TlsRecords();
        records.established();
        return records;
    }

    private static void feed(TlsRecords records, int type, int count) throws IOException {
        byte[] one = {(byte) type, 3, 3, 0, 2, 'x', 'y'};
        for (int i = 0; i < count; i++) {
            records.received(one, 0, one.length);
        }
    }

    /** Alerts (a warning has no effect), data (which may be empty), and records that TLS 1.3 accepts and ignores. */
    @ParameterizedTest
    @ValueSource(ints = {20, 21, DATA})
    void recordsOfEachTypeAreCounted(int type) throws Exception {
        TlsRecords records = established();
        feed(records, type, MOST);
        assertThatThrownBy(() -> feed(records, type, 1))
                .isInstanceOf(SSLException.class)
                .hasMessage("the peer sends one record after another without data");
    }

    @Test
    void aRecordIsRecognisedWhereverTheBytesAreSplit() throws Exception {
        TlsRecords records = established();
        byte[] two = {DATA, 3, 3, 0, 1, HANDSHAKE, DATA, 3, 3, 0, 0};
        for (int at = 0; at < two.length; at++) {
            records.received(two, at, 1);
        }
        byte[] asked = {HANDSHAKE, 3, 3, 0};
        records.received(asked, 0, asked.length);
        assertThatThrownBy(() -> records.received(new byte[] {1}, 0, 1))
                .isInstanceOf(SSLException.class)
                .hasMessage("the peer asks for another handshake, which is refused");
    }

    @Test
    void dataAllowsMoreRecordsUpToALimit() throws Exception {
        TlsRecords records = established();
        for (int i = 0; i < 1_000; i++) {
            feed(records, DATA, 4);
            records.data();
        }
        feed(records, DATA, MOST);
        assertThatThrownBy(() -> feed(records, DATA, 1)).isInstanceOf(SSLException.class);
    }

    @Test
    void aHandshakeHasItsDeadlineInstead() {
        TlsRecords records = new TlsRecords();
        assertThatCode(() -> feed(records, HANDSHAKE, 10 * MOST)).doesNotThrowAnyException();
    }

    /** RFC 8446 §4.6.3: each update asks for an answer, so only a limit ends them. */
    @Test
    void updatesOfKeysWithoutEndAreRefused() throws Exception {
        Task<TlsWire> accepted = ends.start(() -> TlsWire.accept(ends.far, server(), List.of(), Long.MAX_VALUE));
        SSLEngine client = handshake();
        TlsWire far = accepted.get();
        Task<String> reader = ends.start(() -> WireFixture.read(far, 1));
        Task<Void> flood = ends.start(() -> updateKeys(client));

        assertThat(reader.failure())
                .isInstanceOf(SSLException.class)
                .hasMessage("the peer sends one record after another without data");
        far.close();
        assertThat(flood.failure()).isInstanceOf(IOException.class);
    }

    private static ServerTls server() throws Exception {
        return ServerTls.of(TlsSettings.of(TestTls.server("a.test")));
    }

    private SSLEngine handshake() throws Exception {
        SSLEngine engine = TestTls.client("a.test").createSSLEngine("a.test", 443);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        engine.setUseClientMode(true);
        engine.beginHandshake();
        byte[] block = new byte[64 * 1024];
        ByteBuffer received = ByteBuffer.allocate(64 * 1024).limit(0);
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.NOT_HANDSHAKING) {
            switch (status) {
                case NEED_WRAP -> wrap(engine);
                case NEED_TASK -> engine.getDelegatedTask().run();
                default -> unwrap(engine, received, block);
            }
            status = engine.getHandshakeStatus();
        }
        return engine;
    }

    private void unwrap(SSLEngine engine, ByteBuffer received, byte[] block) throws IOException {
        int before = received.position();
        engine.unwrap(received, ByteBuffer.allocate(64 * 1024));
        if (received.position() == before && engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
            int n = ends.near.read(block, 0, block.length);
            received.compact().put(block, 0, n).flip();
        }
    }

    private void wrap(SSLEngine engine) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(64 * 1024);
        engine.wrap(ByteBuffer.allocate(0), out);
        ends.near.write(out.array(), 0, out.position());
    }

    private Void updateKeys(SSLEngine engine) throws IOException {
        while (true) {
            engine.beginHandshake();
            wrap(engine);
        }
    }
}
