package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.gateway.FakeWebSocket.Kind;
import dev.sluice.proxy.testing.gateway.FakeWebSocket.Message;
import dev.sluice.proxy.testing.gateway.WebSocketFrame.ProtocolError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts the frames of a client together (RFC 6455 §5.4): frames go in, and messages come out. For one thread. */
final class WebSocketAssembly {
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();

    /** The opcode of the message that has begun; 0 for none. */
    private int begun;

    /**
     * What the frame is, or what it ends; null while its message goes on.
     *
     * @throws ProtocolError if a client must not send it now
     */
    @Nullable
    Message take(WebSocketFrame frame) throws ProtocolError {
        return switch (frame.opcode()) {
            case WebSocketFrame.PING -> new Message(Kind.PING, frame.payload(), 0);
            case WebSocketFrame.PONG -> new Message(Kind.PONG, frame.payload(), 0);
            case WebSocketFrame.CLOSE -> closing(frame.payload());
            default -> data(frame);
        };
    }

    private @Nullable Message data(WebSocketFrame frame) throws ProtocolError {
        boolean continues = frame.opcode() == WebSocketFrame.CONTINUATION;
        if (continues != (begun != 0)) {
            throw new ProtocolError(
                    1002, continues ? "a continuation has no beginning" : "a message begins within another one");
        }
        int opcode = continues ? begun : frame.opcode();
        if (fragments.size() + frame.payload().length > WebSocketFrame.LONGEST) {
            throw new ProtocolError(1009, "a message is longer than " + WebSocketFrame.LONGEST + " bytes");
        }
        fragments.writeBytes(frame.payload());
        if (!frame.last()) {
            begun = opcode;
            return null;
        }
        begun = 0;
        byte[] whole = fragments.toByteArray();
        fragments.reset();
        if (opcode == WebSocketFrame.TEXT) {
            requireUtf8(whole);
        }
        return new Message(opcode == WebSocketFrame.TEXT ? Kind.TEXT : Kind.BINARY, whole, 0);
    }

    private static Message closing(byte[] payload) throws ProtocolError {
        if (payload.length == 0) {
            return new Message(Kind.CLOSE, payload, WebSocketFrame.NO_CODE);
        }
        int code = payload.length == 1 ? 0 : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        if (!WebSocketFrame.isCloseCode(code)) {
            throw new ProtocolError(1002, "a close must not have the code " + code);
        }
        byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
        requireUtf8(reason);
        return new Message(Kind.CLOSE, reason, code);
    }

    private static void requireUtf8(byte[] bytes) throws ProtocolError {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException noText) {
            throw new ProtocolError(1007, "a text is not in UTF-8");
        }
    }
}
