package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a {@link RecordingFile}, line by line. For one file and one thread. */
final class RecordingReader {
    private static final byte[] NONE = {};

    private final Path file;
    private int line;
    private String text = "";
    private Part part = Part.NOTHING;

    private String method = "";
    private String target = "";
    private Headers fields = Headers.empty();
    private byte @Nullable [] body;
    private final List<Reply.Interim> interim = new ArrayList<>();
    private int status;
    private Headers responseFields = Headers.empty();
    private byte @Nullable [] content;
    private Headers trailers = Headers.empty();

    private int interimStatus;
    private Headers.Builder open = Headers.builder();
    private final List<String> bodyLines = new ArrayList<>();

    /** What a line belongs to. */
    private enum Part {
        NOTHING,
        REQUEST,
        INTERIM,
        RESPONSE,
        TRAILERS,
        TEXT,
        BASE64;

        boolean isBody() {
            return this == TEXT || this == BASE64;
        }
    }

    private RecordingReader(Path file) {
        this.file = file;
    }

    /**
     * What a file says.
     *
     * @throws IllegalArgumentException if it is damaged; the message names the file and the line
     * @throws IOException if it cannot be read
     */
    static RecordedExchange read(Path file) throws IOException {
        return new RecordingReader(file).read(Files.readAllBytes(file));
    }

    private RecordedExchange read(byte[] bytes) {
        for (int begin = 0; begin < bytes.length; ) {
            int end = begin;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            line++;
            text = decoded(bytes, begin, end);
            take();
            begin = end + 1;
        }
        endPart();
        if (method.isEmpty() || status == 0) {
            text = "";
            throw damaged("the file ends without a " + (method.isEmpty() ? "request" : "response"));
        }
        Reply whole = Reply.of(status)
                .withHeaders(responseFields)
                .withTrailers(trailers)
                .withInterim(interim)
                .withContent(Content.of(orNone(content)));
        return new RecordedExchange(method, target, fields, orNone(body), whole, orNone(content));
    }

    private static byte[] orNone(byte @Nullable [] bytes) {
        return bytes == null ? NONE : bytes;
    }

    /** A line as text; a carriage return at its end is one that version control has added. */
    private String decoded(byte[] bytes, int begin, int end) {
        try {
            return RecordingFile.decoded(bytes, begin, end > begin && bytes[end - 1] == '\r' ? end - 1 : end);
        } catch (CharacterCodingException noText) {
            throw damaged("the line is not in UTF-8");
        }
    }

    private void take() {
        if (text.startsWith("|")) {
            require(part.isBody(), "a line of a body comes without a body");
            bodyLines.add(text.substring(1));
        } else if (text.startsWith("  ")) {
            field();
        } else if (!text.isEmpty() && !text.startsWith("#")) {
            endPart();
            int colon = text.indexOf(':');
            String value = text.substring(colon + 1).strip();
            part = begun(colon < 0 ? "" : text.substring(0, colon), value);
        }
    }

    private Part begun(String name, String value) {
        switch (name) {
            case "request" -> {
                require(method.isEmpty(), "a second request");
                request(value);
                return Part.REQUEST;
            }
            case "interim" -> {
                require(!method.isEmpty() && status == 0, "an interim response comes before the response");
                interimStatus = status(value, 100, 199);
                return Part.INTERIM;
            }
            case "response" -> {
                require(!method.isEmpty() && status == 0, "one response comes behind the request");
                status = status(value, 200, 999);
                return Part.RESPONSE;
            }
            case "trailers" -> {
                require(status != 0, "trailers come behind the response");
                return Part.TRAILERS;
            }
            case "body" -> {
                require(!method.isEmpty(), "a body comes behind a request or a response");
                require((status == 0 ? body : content) == null, "a second body");
                require(value.equals("text") || value.equals("base64"), "a body is text or base64");
                return value.equals("text") ? Part.TEXT : Part.BASE64;
            }
            default -> throw damaged("expected request, interim, response, body or trailers");
        }
    }

    private void request(String value) {
        int space = value.indexOf(' ');
        require(
                space > 0 && Headers.isToken(value.substring(0, space)) && value.indexOf(' ', space + 1) < 0,
                "expected a method and a target");
        method = value.substring(0, space);
        target = value.substring(space + 1);
    }

    private int status(String value, int least, int most) {
        boolean digits = value.length() == 3 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        int told = digits ? Integer.parseInt(value) : 0;
        require(told >= least && told <= most, "expected a status of " + least + " to " + most);
        return told;
    }

    private void field() {
        int colon = text.indexOf(':');
        require(part != Part.NOTHING && !part.isBody(), "a field comes behind a request or a response");
        require(colon > 2, "a field is a name, a colon and a value");
        try {
            open.add(text.substring(2, colon), text.substring(colon + 1).strip());
        } catch (IllegalArgumentException notAllowed) {
            throw damaged("no field has this name or value");
        }
    }

    /** Keeps what the last part has brought. */
    private void endPart() {
        Headers ended = open.build();
        switch (part) {
            case REQUEST -> fields = ended;
            case INTERIM -> interim.add(new Reply.Interim(interimStatus, ended));
            case RESPONSE -> responseFields = ended;
            case TRAILERS -> trailers = ended;
            case TEXT -> endBody(String.join("\n", bodyLines).getBytes(StandardCharsets.UTF_8));
            case BASE64 -> endBody(base64());
            case NOTHING -> {}
        }
        open = Headers.builder();
        bodyLines.clear();
        part = Part.NOTHING;
    }

    private void endBody(byte[] bytes) {
        if (status == 0) {
            body = bytes;
        } else {
            content = bytes;
        }
    }

    private byte[] base64() {
        try {
            return Base64.getDecoder().decode(String.join("", bodyLines));
        } catch (IllegalArgumentException noBase64) {
            throw damaged("the body before this line is not Base64");
        }
    }

    private void require(boolean right, String otherwise) {
        if (!right) {
            throw damaged(otherwise);
        }
    }

    private IllegalArgumentException damaged(String why) {
        return new IllegalArgumentException(
                file + ", line " + line + ": " + why + (text.isEmpty() ? "" : ", but was " + Quoted.of(text)));
    }
}
