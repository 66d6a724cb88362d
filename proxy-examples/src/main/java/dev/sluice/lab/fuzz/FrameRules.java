package dev.sluice.lab.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must come of bytes, as RFC 9113 §4 and §6 say it, where one look has all of them. It is written apart from what it
 * judges. For one thread.
 */
final class FrameRules {
    static final int LARGEST = 16_384;
    /** The most bytes of a block of fields. */
    static final int BLOCK = 300;

    private static final int CONTINUATIONS = 64;

    private static final String CUT = "cut";
    private static final String PROTOCOL = "connection PROTOCOL_ERROR";
    private static final String SIZE = "connection FRAME_SIZE_ERROR";
    private static final String CALM = "connection ENHANCE_YOUR_CALM";

    private final byte[] bytes;
    private final Heard said = new Heard();
    private final List<Set<String>> lines = new ArrayList<>();
    private int at;

    private FrameRules(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The lines that a reader must have found, the last of which says how it ends. Where a frame breaks several rules, any of
     * them may be told.
     */
    static List<Set<String>> lines(byte[] bytes) {
        FrameRules rules = new FrameRules(bytes);
        Set<String> end = Set.of();
        while (end.isEmpty()) {
            end = rules.next();
        }
        rules.lines.add(end);
        return rules.lines;
    }

    /** Looks at the next frame; returns how the reading ends, or nothing if it goes on. */
    private Set<String> next() {
        if (at == bytes.length) {
            return Set.of("end");
        }
        Set<String> ends = unreadable(at);
        if (!ends.isEmpty()) {
            return ends;
        }
        Frame frame = Frame.at(bytes, at);
        ends = broken(frame);
        String ofStream = ofStream(frame);
        if (!ends.isEmpty()) {
            return ends;
        }
        at = frame.end();
        if (frame.type() == Frame.HEADERS) {
            ends = fields(frame);
        } else if (ofStream == null) {
            FrameContent.say(frame, said);
        }
        said.lines().forEach(each -> lines.add(Set.of(each)));
        said.lines().clear();
        if (ends.isEmpty() && ofStream != null) {
            lines.add(Set.of("stream " + frame.stream() + " " + ofStream));
        }
        return ends;
    }

    /** How it ends if no whole frame begins there. */
    private Set<String> unreadable(int begin) {
        if (bytes.length - begin < Frame.HEAD) {
            return Set.of(CUT);
        }
        Frame frame = Frame.at(bytes, begin);
        if (frame.length() > LARGEST) {
            return Set.of(SIZE);
        }
        return frame.end() > bytes.length ? Set.of(CUT) : Set.of();
    }

    /** The errors of the connection that a frame is. */
    private static Set<String> broken(Frame frame) {
        Set<String> broken = new LinkedHashSet<>();
        int length = frame.length();
        boolean onStream = frame.stream() != 0;
        switch (frame.type()) {
            case Frame.DATA, Frame.HEADERS -> {
                add(broken, PROTOCOL, !onStream);
                padding(broken, frame);
            }
            case Frame.PRIORITY -> add(broken, PROTOCOL, !onStream);
            case Frame.RST_STREAM -> {
                add(broken, PROTOCOL, !onStream);
                add(broken, SIZE, length != 4);
            }
            case Frame.SETTINGS -> {
                add(broken, PROTOCOL, onStream);
                add(broken, SIZE, frame.has(Frame.ACK) ? length != 0 : length % 6 != 0);
            }
            case Frame.PING -> {
                add(broken, PROTOCOL, onStream);
                add(broken, SIZE, length != 8);
            }
            case Frame.GOAWAY -> {
                add(broken, PROTOCOL, onStream);
                add(broken, SIZE, length < 8);
            }
            case Frame.WINDOW_UPDATE -> {
                add(broken, SIZE, length != 4);
                add(broken, PROTOCOL, !onStream && length == 4 && frame.number31(0) == 0);
            }
            case Frame.PUSH_PROMISE, Frame.CONTINUATION -> broken.add(PROTOCOL);
            default -> {
                // A type that is not known breaks no rule.
            }
        }
        return broken;
    }

    private static void padding(Set<String> broken, Frame frame) {
        int before = frame.content() - frame.begin();
        add(broken, SIZE, frame.length() < before);
        add(broken, PROTOCOL, frame.length() > 0 && frame.contentLength() < 0 && frame.padded());
    }

    private static void add(Set<String> broken, String code, boolean is) {
        if (is) {
            broken.add(code);
        }
    }

    /** The error of its stream that a frame is, if it is none of the connection. */
    private static @Nullable String ofStream(Frame frame) {
        if (frame.type() == Frame.PRIORITY && frame.length() != 5) {
            return "FRAME_SIZE_ERROR";
        }
        boolean onItself = switch (frame.type()) {
            case Frame.PRIORITY -> frame.number31(0) == frame.stream();
            case Frame.HEADERS ->
                frame.prior()
                        && frame.length() >= frame.content() - frame.begin()
                        && frame.number31(frame.padded() ? 1 : 0) == frame.stream();
            case Frame.WINDOW_UPDATE -> frame.length() == 4 && frame.number31(0) == 0;
            default -> false;
        };
        return onItself ? "PROTOCOL_ERROR" : null;
    }

    /** A block of fields, of which this is the first frame; returns how the reading ends within it. */
    private Set<String> fields(Frame first) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(bytes, first.content(), first.contentLength());
        Frame frame = first;
        for (int count = 0; !frame.has(Frame.END_HEADERS); count++) {
            if (count == CONTINUATIONS) {
                return Set.of(CALM);
            }
            Set<String> ends = new LinkedHashSet<>(unreadable(at));
            if (ends.isEmpty()) {
                frame = Frame.at(bytes, at);
                boolean goesOn = frame.type() == Frame.CONTINUATION && frame.stream() == first.stream();
                add(ends, PROTOCOL, !goesOn);
                at = frame.end();
            }
            // One that is too long already may be refused whatever follows, but must be only now.
            add(ends, CALM, block.size() > BLOCK);
            if (!ends.isEmpty()) {
                return ends;
            }
            block.write(bytes, frame.begin(), frame.length());
        }
        if (block.size() > BLOCK) {
            return Set.of(CALM);
        }
        said.fields(first.stream(), block.toByteArray(), 0, block.size(), first.has(Frame.END_STREAM));
        return Set.of();
    }
}
