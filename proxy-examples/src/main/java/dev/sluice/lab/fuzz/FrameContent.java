package dev.sluice.lab.fuzz;

import dev.sluice.proxy.http2.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a frame says that breaks no rule (RFC 9113 §6). */
final class FrameContent {
    private FrameContent() {}

    /** Says it; HEADERS are more than one frame, and none of those that can be said here. */
    static void say(Frame frame, Heard to) {
        int stream = frame.stream();
        switch (frame.type()) {
            case Frame.DATA ->
                to.data(
                        stream,
                        frame.bytes(),
                        frame.content(),
                        frame.contentLength(),
                        frame.length(),
                        frame.has(Frame.END_STREAM));
            case Frame.RST_STREAM -> to.reset(stream, code(frame, 0));
            case Frame.SETTINGS -> settings(frame, to);
            case Frame.PING -> to.ping(frame.number(0, 8), frame.has(Frame.ACK));
            case Frame.GOAWAY -> {
                // What a log can show, and not more than a line of it.
                int end = Math.min(frame.end(), frame.begin() + 8 + 200);
                byte[] debug = Arrays.copyOfRange(frame.bytes(), frame.begin() + 8, end);
                String text = new String(debug, StandardCharsets.ISO_8859_1);
                to.goAway(frame.number31(0), code(frame, 4), text.replaceAll("[^ -~]", "?"));
            }
            case Frame.WINDOW_UPDATE -> to.window(stream, frame.number31(0));
            default -> to.ignored(frame.type(), frame.length());
        }
    }

    private static void settings(Frame frame, Heard to) {
        if (frame.has(Frame.ACK)) {
            to.settingsAcknowledged();
            return;
        }
        for (int i = 0; i < frame.length(); i += 6) {
            to.setting((int) frame.number(i, 2), frame.number(i + 2, 4));
        }
        to.settingsEnd();
    }

    /** RFC 9113 §7: a code that is not known has no effect of its own. */
    private static ErrorCode code(Frame frame, int offset) {
        return Arrays.stream(ErrorCode.values())
                .filter(each -> each.code() == frame.number(offset, 4))
                .findAny()
                .orElse(ErrorCode.INTERNAL_ERROR);
    }
}
