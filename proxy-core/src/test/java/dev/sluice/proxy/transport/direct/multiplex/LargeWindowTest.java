package dev.sluice.proxy.transport.direct.multiplex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.RequestFields;
import dev.sluice.proxy.http2.hpack.Encoder;
import dev.sluice.proxy.testing.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that is far away must be able to fill a large window, and not only half of it. */
class LargeWindowTest {
    private static final int WINDOW = 8 << 20;
    private static final int EIGHTH = WINDOW / 8;

    private final Peer peer = new Peer();
    private final ClientSession session = new ClientSession(
            peer.wire, new ManualTime(), new SessionOptions(1, WINDOW, WINDOW, 2 * WINDOW, 1_000), 10_000, peer::read);

    @AfterEach
    void end() throws Exception {
        peer.end();
    }

    @Test
    void aWindowThatGrowsNoMoreIsOpenedByEighths() throws Exception {
        peer.begin(session);
        RequestFields get = new RequestFields("GET", "http", "a.test", "/", null, Headers.empty());
        SessionStream stream = session.start(writer -> writer.request(get, -1, false, false), true, head -> -1);
        stream.flush();
        OutputBuffer block = new OutputBuffer(64);
        Encoder encoder = new Encoder();
        encoder.begin(block);
        encoder.field(block, ":status", "200", false);
        peer.send(out -> FrameWriter.fields(out, 1, block, Frames.PAYLOAD, false));
        for (int i = 0; i < EIGHTH / Frames.PAYLOAD; i++) {
            peer.send(out -> {
                FrameWriter.dataHead(out, 1, Frames.PAYLOAD, false);
                out.put(new byte[Frames.PAYLOAD], 0, Frames.PAYLOAD);
            });
        }
        stream.head();
        byte[] bytes = new byte[Frames.PAYLOAD];
        for (int left = EIGHTH; left > 0; left -= stream.read(bytes, 0, Math.min(left, bytes.length))) {
            // All that has come.
        }
        peer.settle();
        assertThat(peer.wire.frames()).contains("WINDOW_UPDATE 1 " + EIGHTH);
    }
}
