package dev.sluice.lab.fuzz;

import java.util.List;
import java.util.Set;

/** What holds for a session, whatever it reads (RFC 9113 §5.4). */
final class SessionRules {
    /** The codes that blame the peer. */
    private static final Set<String> CODES = Set.of(
            "PROTOCOL_ERROR",
            "FLOW_CONTROL_ERROR",
            "STREAM_CLOSED",
            "FRAME_SIZE_ERROR",
            "COMPRESSION_ERROR",
            "ENHANCE_YOUR_CALM");

    private SessionRules() {}

    /**
     * Compares how a session ends with how its frames do.
     *
     * @throws AssertionError if it is wrong
     */
    static void require(List<String> frames, List<String> session) {
        String endOfFrames = frames.get(frames.size() - 1);
        String end = session.get(session.size() - 1);
        boolean broken = end.startsWith("connection ");
        require(broken || end.equals(endOfFrames), "another end than that of the frames, " + endOfFrames, session);
        String code = end.substring(end.indexOf(' ') + 1);
        require(!broken || CODES.contains(code), "a code that blames nobody", session);
        boolean isOfFrames =
                end.equals(endOfFrames) || frames.stream().anyMatch(each -> each.matches("stream .* " + code));
        require(!code.equals("FRAME_SIZE_ERROR") || isOfFrames, "no frame has a wrong size", session);

        List<String> sent =
                session.stream().filter(each -> each.startsWith("sent ")).toList();
        long goAways =
                sent.stream().filter(each -> each.startsWith("sent go away ")).count();
        boolean told = broken
                ? goAways == 1 && sent.get(sent.size() - 1).matches("sent go away \\d+ " + code + " .*")
                : goAways == 0;
        require(told, "the peer is not told so, or told otherwise", session);
        boolean blames = sent.stream()
                .filter(each -> each.startsWith("sent reset "))
                .allMatch(each -> CODES.contains(each.substring(each.lastIndexOf(' ') + 1)));
        require(blames, "a reset that blames nobody", session);
    }

    private static void require(boolean right, String why, List<String> session) {
        if (!right) {
            throw new AssertionError(why + ": " + session);
        }
    }
}
