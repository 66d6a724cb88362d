package dev.sluice.proxy.forward;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a WebSocket server (RFC 6455) that an echo needs: it returns each short message, until a close. */
final class WebSocketOrigin implements ScriptedOrigin.Script {
    private static final Pattern KEY = Pattern.compile("(?i)\r\nSec-WebSocket-Key: *(\\S+)\r\n");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CLOSE = 8;

    @Override
    public void play(RawConnection connection) throws IOException, NoSuchAlgorithmException {
        Matcher key = KEY.matcher(connection.readHead());
        if (!key.find()) {
            connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        byte[] hash =
                MessageDigest.getInstance("SHA-1").digest((key.group(1) + GUID).getBytes(StandardCharsets.ISO_8859_1));
        connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n");
        int opcode = 0;
        while (opcode != CLOSE) {
            opcode = echo(connection);
        }
    }

    /** Sends one frame back, unmasked (RFC 6455 §5.2). Returns its opcode. */
    private static int echo(RawConnection connection) throws IOException {
        String head = connection.readExactly(2);
        int length = head.charAt(1) & 0x7f;
        if (length > 125) {
            throw new IOException("only short frames are spoken here");
        }
        String mask = connection.readExactly(4);
        String masked = connection.readExactly(length);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(head.charAt(0));
        frame.write(length);
        for (int i = 0; i < length; i++) {
            frame.write(masked.charAt(i) ^ mask.charAt(i % 4));
        }
        connection.write(frame.toByteArray());
        return head.charAt(0) & 0x0f;
    }
}
