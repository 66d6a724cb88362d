package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ClosedTunnel;
import dev.sluice.proxy.Tunnel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known while a write has not returned. */
class OneWayTest {
    private final Tunnel webSocket = new ClosedTunnel("websocket", () -> {});
    private final List<Boolean> known = new ArrayList<>();
    private final OneWay toClient = OneWay.toClient(webSocket, (bytes, offset, length) -> noteWhatIsKnown());

    private void noteWhatIsKnown() {
        known.add(toClient.closeSent());
    }

    /** Its reader may have all of it while the write has not returned, and the tunnel may be cut at that moment. */
    @Test
    void aCloseFrameIsTheLastFrameFromItsFirstByteOn() throws Exception {
        toClient.goAway();
        assertThat(known).containsExactly(true);
    }

    @Test
    void theFrameBeforeItIsNot() throws Exception {
        byte[] frame = WebSocketFramesTest.frame(0x81, false, 3);
        toClient.announce();
        toClient.pass(frame, frame.length);
        assertThat(known).containsExactly(false, true);
    }
}
