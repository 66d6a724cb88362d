package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.log.AccessLog;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a real upstream has answered, in a folder of text files that can be committed: one exchange a file, named by the
 * request. Immutable.
 *
 * <pre>{@code
 * Recording recording = Recording.of(Path.of("src/test/recordings"));
 * gateway.otherwise(recording.record("http://localhost:9000")); // once, and then:
 * gateway.otherwise(recording.replay());
 * }</pre>
 *
 * <p>Nothing in a file depends on the hour or on a port of the gateway: {@code Date}, {@code Age}, {@code Host} and {@code
 * User-Agent} are left out, and a redirect to the gateway is recorded as a path. A body is recorded as it is, but
 * for the secrets of a form: as text, or in Base64 if it is none. Look for others, such as a token in JSON, before you commit.
 */
public final class Recording {
    /** The fields that are not recorded, unless they are shown: those that carry secrets. Compared without case. */
    public static final Set<String> SECRET_FIELDS = Set.of(
            "Api-Key",
            "Authorization",
            "Cookie",
            "Proxy-Authorization",
            "Set-Cookie",
            "X-Access-Token",
            "X-Amz-Security-Token",
            "X-Api-Key",
            "X-Auth-Token",
            "X-Csrf-Token",
            "X-Goog-Api-Key");

    private static final Set<String> OF_THE_MOMENT = Set.of("age", "date", "host", "user-agent");

    private final Path folder;
    private final Set<String> hidden;
    private final Set<String> shown;

    private Recording(Path folder, Set<String> hidden, Set<String> shown) {
        this.folder = folder;
        this.hidden = hidden;
        this.shown = shown;
    }

    /** The recordings in this folder, which need not exist before something is recorded. */
    public static Recording of(Path folder) {
        return new Recording(Objects.requireNonNull(folder, "folder"), Set.of(), Set.of());
    }

    /**
     * With more fields that are left out, and parameters whose value becomes {@code ***}; compared without case. By default
     * those are {@link #SECRET_FIELDS} and {@link AccessLog#SECRET_PARAMETERS}. Parameters are hidden in the query of the
     * request, in the URLs of {@code Location}, {@code Content-Location}, {@code Link}, {@code Refresh} and {@code Referer},
     * and in bodies of the type {@code application/x-www-form-urlencoded} of requests and answers.
     */
    public Recording withHidden(String... names) {
        return new Recording(folder, with(hidden, names), shown);
    }

    /** With fields and parameters that are recorded, though they would be hidden by default. */
    public Recording withShown(String... names) {
        return new Recording(folder, hidden, with(shown, names));
    }

    private static Set<String> with(Set<String> names, String... more) {
        Set<String> all = new TreeSet<>(names);
        for (String name : more) {
            all.add(name.toLowerCase(Locale.ROOT));
        }
        return all;
    }

    /**
     * Answers as {@link Answer#upstream} does, and writes each exchange to a file. The first answer to a request replaces
     * what was recorded for it before; several answers are recorded in their order. The upstream is asked for bodies without
     * {@code Content-Encoding}, so that they can be read. What fails is not recorded.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}
     * @throws IllegalArgumentException if the URL is not of this form
     */
    public Answer record(String url) {
        Recorder recorder = new Recorder(this, HandlerReply.to(url));
        return Answer.from(recorder::reply);
    }

    /**
     * Answers from the files, which are read at once, without the upstream. A recording is for requests of its method,
     * path, query and body; of several the first answers first, and the last one goes on. A request without a recording is
     * one that no stub matches: the client gets 404 and which recording is the nearest, and the test hears of it at its end.
     *
     * @throws IllegalArgumentException if there is no recording in the folder, or a file is damaged; the message names the
     *     file and the line
     * @throws UncheckedIOException if the folder or a file cannot be read
     */
    public Answer replay() {
        Replay replay = Replay.read(this);
        return Answer.from((request, pacing) -> replay.reply(request));
    }

    Path folder() {
        return folder;
    }

    /** Whether a field stays out of files because it may be a secret. */
    boolean hidesField(String name) {
        return hides(name, SECRET_FIELDS.stream().anyMatch(name::equalsIgnoreCase));
    }

    /** Whether a field stays out of files because it differs from run to run. */
    boolean isOfTheMoment(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return OF_THE_MOMENT.contains(lower) && !shown.contains(lower);
    }

    private boolean hides(String name, boolean byDefault) {
        String lower = name.toLowerCase(Locale.ROOT);
        return hidden.contains(lower) || (byDefault && !shown.contains(lower));
    }

    /** The parameters whose values stay out of files because they may be secrets. */
    SecretParameters parameters() {
        return new SecretParameters(
                name -> hides(name, AccessLog.SECRET_PARAMETERS.contains(name.toLowerCase(Locale.ROOT))));
    }

    /** Path and query of a request, without secrets. */
    String target(ReceivedRequest request) {
        String query = request.query();
        return parameters().behindMark(query == null ? request.path() : request.path() + "?" + query);
    }

    /** An exchange from a file with all that is hidden now in its request, which may have been recorded when less was. */
    RecordedExchange hidden(RecordedExchange recorded) {
        return recorded.withRequest(
                parameters().behindMark(recorded.target()), parameters().body(recorded.fields(), recorded.body()));
    }

    /** The body of a request, without secrets. */
    byte[] body(ReceivedRequest request) {
        return parameters().body(request.headers(), request.body());
    }
}
