package dev.sluice.lab.fuzz;

import dev.sluice.proxy.http2.FrameReader;
import dev.sluice.proxy.http2.Http2Exception;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/** Reads frames to the end, or to the first error of the connection. */
final class ReaderRun {
    private ReaderRun() {}

    /** What the frames say, and behind that how it ends. Whatever else is thrown is a fault of the reader. */
    static List<String> lines(CutBytes bytes) throws IOException {
        Heard heard = new Heard();
        FrameReader reader = new FrameReader(bytes, FrameRules.BLOCK, heard);
        String end = "";
        while (end.isEmpty()) {
            try {
                end = reader.next() ? "" : "end";
            } catch (EOFException cut) {
                end = "cut";
            } catch (Http2Exception fault) {
                if (fault.stream() == 0) {
                    end = "connection " + fault.code();
                } else {
                    heard.lines().add("stream " + fault.stream() + " " + fault.code());
                }
            }
        }
        heard.lines().add(end);
        return heard.lines();
    }
}
