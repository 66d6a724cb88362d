package dev.sluice.lab.fuzz;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.FieldWriter;
import dev.sluice.proxy.http2.RequestFields;
import dev.sluice.proxy.http2.Settings;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** A sequence of frames as a client or a server sends them, in part damaged. A seed determines it. For one thread. */
final class RandomFrames {
    private final Random random;
    private final boolean ofServer;
    /** Whether all are valid by themselves, so that more of them are read. */
    private final boolean careful;

    private final FieldWriter writer = new FieldWriter();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int frames;
    /** The last stream that is open. */
    private int opened = -1;

    private RandomFrames(Random random, boolean ofServer) {
        this.random = random;
        this.ofServer = ofServer;
        this.careful = random.nextBoolean();
    }

    /**
     * The next sequence.
     *
     * @param ofServer whether its fields are those of responses, and not of requests
     */
    static RandomFrames next(Random random, boolean ofServer) {
        RandomFrames made = new RandomFrames(random, ofServer);
        if (!made.wrong(10)) {
            made.settings();
        }
        if (!made.wrong(4)) {
            made.message();
        }
        for (int i = random.nextInt(made.careful ? 14 : 7); i >= 0; i--) {
            made.add();
        }
        return made;
    }

    /** How many frames it was made of. */
    int count() {
        return frames;
    }

    /** Its bytes. At the next call they are damaged in another way. */
    byte[] bytes() {
        byte[] all = bytes.toByteArray();
        if (wrong(3)) {
            damage(all);
        }
        return oneIn(10) ? cut(all) : all;
    }

    private boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    /** Whether something is to be wrong here. */
    private boolean wrong(int oneIn) {
        return oneIn(oneIn) && !careful;
    }

    private void damage(byte[] all) {
        for (int i = random.nextInt(3); i >= 0 && all.length > 0; i--) {
            int at = random.nextInt(all.length);
            all[at] = (byte) (oneIn(2) ? random.nextInt(256) : all[at] ^ (1 << random.nextInt(8)));
        }
    }

    private byte[] cut(byte[] all) {
        return Arrays.copyOf(all, random.nextInt(all.length + 1));
    }

    private void add() {
        switch (random.nextInt(careful ? 12 : 14)) {
            case 0, 1, 2 -> message();
            case 3, 4 -> frame(Frame.DATA, random.nextInt(2) * Frame.END_STREAM, stream(), random(size()));
            case 5 -> padded(Frame.DATA, stream(), random(random.nextInt(20)));
            case 6 -> settings();
            case 7 -> frame(Frame.WINDOW_UPDATE, 0, oneIn(2) ? 0 : stream(), number(wrong(4) ? 0 : increment()));
            case 8 -> frame(Frame.RST_STREAM, 0, stream(), number(random.nextInt(16)));
            case 9 -> frame(Frame.PING, random.nextInt(2), 0, random(8));
            case 10 -> frame(Frame.GOAWAY, 0, 0, random(8 + random.nextInt(2) * random.nextInt(30)));
            case 11 -> frame(Frame.PRIORITY, 0, stream(), priority());
            case 12 -> odd();
            default -> any();
        }
    }

    /** Any type, with a length and flags that it may not have. */
    private void odd() {
        frame(random.nextInt(12), random.nextInt(256), oneIn(3) ? 0 : stream(), random(random.nextInt(12)));
    }

    /** No frame at all, but bytes, of which the first ones seldom ask for more than follow. */
    private void any() {
        byte[] made = random(random.nextInt(40));
        for (int i = 0; i < Math.min(made.length, 2) && !oneIn(10); i++) {
            made[i] = 0;
        }
        frames++;
        bytes.writeBytes(made);
    }

    /** A large one is rare: it is to be cut at each of its bytes. */
    private int size() {
        if (oneIn(150)) {
            return FrameRules.LARGEST + (careful ? 0 : random.nextInt(3) - 1);
        }
        return random.nextInt(oneIn(30) ? 700 : 12);
    }

    private int increment() {
        return oneIn(4) ? random.nextInt() | 1 : 1 + random.nextInt(1_000);
    }

    private int stream() {
        return switch (random.nextInt(careful ? 200 : 12)) {
            case 0 -> random.nextInt(20);
            case 1 -> random.nextInt();
            default -> Math.max(1, opened - 2 * random.nextInt(3));
        };
    }

    /** Fields, in one frame or in several. */
    private void message() {
        int stream = ofServer || oneIn(4) ? stream() : (opened += 2);
        byte[] block = wrong(6) ? random(random.nextInt(12)) : block();
        int end = random.nextInt(2) * Frame.END_STREAM;
        switch (random.nextInt(6)) {
            case 0 -> {
                byte[] before = number(wrong(3) ? stream : random.nextInt());
                byte[] all = Arrays.copyOf(before, 5 + block.length);
                System.arraycopy(block, 0, all, 5, block.length);
                frame(Frame.HEADERS, end | Frame.END_HEADERS | Frame.WITH_PRIORITY, stream, all);
            }
            case 1 -> padded(Frame.HEADERS, stream, block);
            case 2 -> continued(stream, block, end);
            default -> frame(Frame.HEADERS, end | Frame.END_HEADERS, stream, block);
        }
    }

    private void continued(int stream, byte[] block, int end) {
        int at = random.nextInt(block.length + 1);
        frame(Frame.HEADERS, end, stream, Arrays.copyOf(block, at));
        for (int i = wrong(30) ? 66 : random.nextInt(3); i > 0; i--) {
            int next = at + random.nextInt(block.length - at + 1);
            frame(Frame.CONTINUATION, 0, stream, Arrays.copyOfRange(block, at, next));
            at = next;
        }
        if (wrong(6)) {
            odd();
        }
        frame(Frame.CONTINUATION, Frame.END_HEADERS, stream, Arrays.copyOfRange(block, at, block.length));
    }

    private byte[] block() {
        Headers more =
                oneIn(3) ? Headers.of("x-more", "y".repeat(random.nextInt(oneIn(20) ? 600 : 20))) : Headers.empty();
        OutputBuffer block;
        if (oneIn(5)) {
            block = writer.trailers(more);
        } else if (ofServer) {
            int[] statuses = {200, 204, 103, 100, 404, 101};
            block = writer.response(statuses[random.nextInt(statuses.length)], more, random.nextInt(4) - 2);
        } else {
            String method = oneIn(8) ? "CONNECT" : oneIn(2) ? "POST" : "GET";
            block = writer.request(
                    new RequestFields(method, "http", "a.test", oneIn(6) ? "" : "/a", null, more),
                    random.nextInt(4) - 2,
                    oneIn(10),
                    oneIn(2));
        }
        return Arrays.copyOf(block.bytes(), block.size());
    }

    private void settings() {
        byte[] all = new byte[6 * random.nextInt(4)];
        for (int i = 0; i < all.length; i += 6) {
            int id = random.nextInt(10);
            all[i + 1] = (byte) id;
            byte[] value = number(wrong(3) ? random.nextInt() : setting(id));
            System.arraycopy(value, 0, all, i + 2, 4);
        }
        frame(Frame.SETTINGS, 0, 0, all);
        if (oneIn(10)) {
            frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0]);
        }
    }

    /** A value that a setting may have. */
    private int setting(int id) {
        return switch (id) {
            case Settings.ENABLE_PUSH -> random.nextInt(2);
            case Settings.ENABLE_CONNECT_PROTOCOL -> 1;
            case Settings.MAX_FRAME_SIZE -> FrameRules.LARGEST + random.nextInt(1_000);
            default -> random.nextInt(oneIn(2) ? 100 : 70_000);
        };
    }

    private void padded(int type, int stream, byte[] content) {
        int padding = random.nextInt(wrong(4) ? 256 : 10);
        byte[] all = Arrays.copyOf(content, 1 + content.length + padding);
        System.arraycopy(content, 0, all, 1, content.length);
        // The last ones that fit, and the first that do not.
        all[0] = (byte) (wrong(3) ? all.length - 2 + random.nextInt(3) : padding);
        int prior = type == Frame.HEADERS && wrong(4) ? Frame.WITH_PRIORITY : 0;
        frame(type, Frame.PADDED | Frame.END_HEADERS | prior, stream, all);
    }

    private byte[] priority() {
        byte[] all = random(wrong(4) ? random.nextInt(8) : 5);
        if (wrong(3) && all.length >= 4) {
            System.arraycopy(number(opened), 0, all, 0, 4);
        }
        return all;
    }

    private byte[] random(int length) {
        byte[] made = new byte[length];
        random.nextBytes(made);
        return made;
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private void frame(int type, int flags, int stream, byte[] content) {
        byte[] payload = wrong(8) ? Arrays.copyOf(content, random.nextInt(content.length + 4)) : content;
        // Now and then its head says another length than it has.
        int length = wrong(30) ? Math.max(0, payload.length + random.nextInt(5) - 2) : payload.length;
        bytes.write(length >> 16);
        bytes.write(length >> 8);
        bytes.write(length);
        bytes.write(type);
        bytes.write(flags);
        bytes.writeBytes(number(stream));
        bytes.writeBytes(payload);
        frames++;
    }
}
