package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.FileInput;
import dev.sluice.proxy.internal.Pace;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes bytes of a response to a client, within the exchange's timeouts and its minimum rate. For one thread. */
final class PacedWrites {
    private final Wire wire;
    private final Exchange scope;
    private @Nullable Timeouts timeouts;
    private @Nullable Pace pace;

    PacedWrites(Wire wire, Exchange scope) {
        this.wire = wire;
        this.scope = scope;
    }

    /** The route may have its own timeouts, which are known when the response has come. */
    private Timeouts timeouts() {
        Timeouts known = timeouts;
        if (known == null) {
            known = Timeouts.of(scope);
            timeouts = known;
        }
        return known;
    }

    private Pace pace() {
        Pace known = pace;
        if (known == null) {
            MinRate rate = timeouts().minRate();
            known = Pace.of(rate.bytesPerSecond(), rate.grace());
            pace = known;
        }
        return known;
    }

    /** Writes all of it. */
    void write(byte[] bytes, int offset, int length) throws ProxyException {
        write(length, most -> {
            wire.write(bytes, offset, length);
            return most;
        });
    }

    /** Lets the operating system send up to so many bytes. Returns how many; 0 if they must be read and written. */
    long send(FileInput file, PlainWire plain, long length) throws ProxyException {
        return write(length, most -> plain.send(file, most));
    }

    /** A step of writing. */
    interface Writing {
        long write(long length) throws IOException;
    }

    /** Writes so many bytes, or fewer, and returns how many. */
    long write(long length, Writing writing) throws ProxyException {
        Duration idle = timeouts().idle();
        Pace paced = pace();
        long mostNanos = paced.begin(scope.time().nanos(), length);
        boolean slow = mostNanos < scope.time().deadline(idle);
        wire.writeTimeout(slow ? Duration.ofNanos(mostNanos - scope.time().nanos()) : idle, mostNanos);
        // Whose flag is kept still answers, and a channel closes under an interrupted thread.
        boolean interrupted = Thread.interrupted();
        try {
            long written = writing.write(length);
            paced.moved(scope.time().nanos(), written);
            return written;
        } catch (WireTimeoutException late) {
            String what = scope.time().nanos() >= mostNanos
                    ? "the client took the response slower than " + timeouts().minRate()
                    : "the client took nothing more within " + DurationText.of(idle);
            throw new ProxyException(Outcome.CLIENT_WRITE_TIMEOUT, Delivery.ANSWERED, what, late);
        } catch (IOException gone) {
            throw new ProxyException(
                    Outcome.CLIENT_WRITE_FAILED, Delivery.ANSWERED, "writing to the client failed: " + gone, gone);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
