package dev.sluice.lab.fuzz;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Reads one sequence of bytes again and again, each time in other pieces. For one thread. */
final class SequenceCheck {
    /** A sequence up to this length is cut at each of its bytes, and a longer one at so many. */
    private static final int CUTS = 400;

    private static final int RANDOM_CUTS = 5;

    private final byte[] bytes;
    private final boolean toClient;
    private final Random random;
    private final List<String> frames;
    private final List<String> session;
    private int runs;

    /**
     * Reads it in one piece.
     *
     * @param toClient whether a client reads it, and not a server
     * @param random for cuts
     */
    SequenceCheck(byte[] bytes, boolean toClient, Random random) throws IOException {
        this.bytes = bytes;
        this.toClient = toClient;
        this.random = random;
        frames = reader(CutBytes.at(bytes, 0));
        session = session(CutBytes.at(bytes, 0));
    }

    /** How often it was read. */
    int runs() {
        return runs;
    }

    /** How it ends for a client or a server. */
    String end() {
        return session.get(session.size() - 1);
    }

    private List<String> reader(CutBytes pieces) throws IOException {
        runs++;
        return ReaderRun.lines(pieces);
    }

    private List<String> session(CutBytes pieces) throws IOException {
        runs++;
        return SessionRun.lines(pieces, toClient);
    }

    /** @throws AssertionError if an outcome is wrong */
    void run() throws IOException {
        List<Set<String>> expected = FrameRules.lines(bytes);
        boolean right = frames.size() == expected.size();
        for (int i = 0; right && i < frames.size(); i++) {
            right = expected.get(i).contains(frames.get(i));
        }
        require(right, frames + " instead of " + expected);
        SessionRules.require(frames, session);
        for (int i = 1; i < Math.min(bytes.length, CUTS); i++) {
            int place = bytes.length <= CUTS ? i : 1 + random.nextInt(bytes.length - 1);
            CutBytes two = CutBytes.at(bytes, place);
            requireSame(frames, reader(two), two);
        }
        requireSame(CutBytes.single(bytes));
        for (int i = 0; i < RANDOM_CUTS; i++) {
            requireSame(CutBytes.random(bytes, random));
        }
    }

    /** The session sees no pieces but through the same reader: a few cuts are enough for it. */
    private void requireSame(CutBytes pieces) throws IOException {
        requireSame(frames, reader(pieces), pieces);
        requireSame(session, session(pieces.again()), pieces);
    }

    private static void requireSame(List<String> whole, List<String> cut, CutBytes pieces) {
        require(cut.equals(whole), pieces + ": " + cut + " instead of " + whole);
    }

    static void require(boolean right, String why) {
        if (!right) {
            throw new AssertionError(why);
        }
    }
}
