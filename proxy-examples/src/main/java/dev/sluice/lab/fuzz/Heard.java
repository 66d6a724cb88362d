package dev.sluice.lab.fuzz;

import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What frames have said, as lines. For one thread. */
final class Heard implements FrameReader.Handler {
    private static final int LONG = 64;

    private final List<String> lines = new ArrayList<>();

    List<String> lines() {
        return lines;
    }

    @Override
    public void data(int stream, byte[] bytes, int offset, int length, int flow, boolean end) {
        lines.add("data " + stream + " " + hex(bytes, offset, length) + " flow " + flow + end(end));
    }

    @Override
    public void fields(int stream, byte[] bytes, int offset, int length, boolean end) {
        lines.add("fields " + stream + " " + hex(bytes, offset, length) + end(end));
    }

    private static String hex(byte[] bytes, int offset, int length) {
        if (length <= LONG) {
            return HexFormat.of().formatHex(bytes, offset, offset + length);
        }
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return length + " bytes with hash " + hash;
    }

    private static String end(boolean end) {
        return end ? " end" : "";
    }

    @Override
    public void reset(int stream, ErrorCode code) {
        lines.add("reset " + stream + " " + code);
    }

    @Override
    public void setting(int id, long value) {
        lines.add("setting " + id + " " + value);
    }

    @Override
    public void settingsEnd() {
        lines.add("settings end");
    }

    @Override
    public void settingsAcknowledged() {
        lines.add("settings acknowledged");
    }

    @Override
    public void ping(long opaque, boolean answer) {
        lines.add("ping " + Long.toHexString(opaque) + (answer ? " answer" : ""));
    }

    @Override
    public void goAway(int last, ErrorCode code, String debug) {
        lines.add("go away " + last + " " + code + " " + debug);
    }

    @Override
    public void window(int stream, int increment) {
        lines.add("window " + stream + " " + increment);
    }

    @Override
    public void ignored(int type, int length) {
        lines.add("ignored " + type + " " + length);
    }
}
