package dev.sluice.balancer.health;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The answer that an HTTP probe must get. Immutable.
 *
 * @param statuses one of them must have the status
 * @param texts all of them must be in the body
 * @param patterns all of them must be found in the body
 */
record Expectation(List<StatusRange> statuses, List<String> texts, List<Pattern> patterns) {
    Expectation {
        statuses = List.copyOf(statuses);
        texts = List.copyOf(texts);
        patterns = List.copyOf(patterns);
    }

    boolean needsBody() {
        return !texts.isEmpty() || !patterns.isEmpty();
    }

    /** Checks the status, and says what was wrong with it. */
    void check(int status) throws IOException {
        if (statuses.stream().noneMatch(range -> range.contains(status))) {
            String expected = statuses.stream().map(StatusRange::toString).collect(Collectors.joining(" or "));
            throw new IOException("status " + status + ", expected " + expected);
        }
    }

    /** Checks the body's begin, and says what was wrong with it. */
    void check(String body) throws IOException {
        for (String text : texts) {
            if (!body.contains(text)) {
                throw new IOException("body does not contain \"" + text + '"');
            }
        }
        for (Pattern pattern : patterns) {
            if (!pattern.matcher(body).find()) {
                throw new IOException("body does not match \"" + pattern + '"');
            }
        }
    }
}
