package dev.sluice.lab.bench;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The bytes that all threads of this JVM have allocated on the heap. From JDK 21 on the JVM has the sum, and the
 * allocations of a virtual thread count for its carrier. Before, it is the sum over the live threads. Threads that have
 * ended are missing then, so the measured program must keep its threads.
 */
final class Allocation {
    private static final int TOTAL_SINCE = 21;

    private Allocation() {}

    static long bytes() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            ObjectName threading = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
            if (Runtime.version().feature() >= TOTAL_SINCE) {
                return (Long) beans.getAttribute(threading, "TotalThreadAllocatedBytes");
            }
            long[] ids = (long[]) beans.getAttribute(threading, "AllThreadIds");
            long[] each = (long[]) beans.invoke(
                    threading, "getThreadAllocatedBytes", new Object[] {ids}, new String[] {long[].class.getName()});
            long sum = 0;
            for (long bytes : each) {
                sum += Math.max(0, bytes);
            }
            return sum;
        } catch (JMException unknown) {
            throw new IllegalStateException("this JVM does not count what its threads allocate", unknown);
        }
    }
}
