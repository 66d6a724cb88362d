package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessUsageTest {
    @Test
    void userAndSystemTimeAreAddedWhateverTheCommandsName() {
        String stat = "42 (a ) b) S 1 42 42 0 -1 4194560 100 200 0 0 150 50 7 8 20 0 1 0 99 1000 10";
        assertThat(ProcessUsage.cpuMicros(stat)).isEqualTo(2_000_000);
    }

    @Test
    void memoryIsReadInKilobytes() {
        String status = "Name:\tjava\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n";
        assertThat(ProcessUsage.bytes(status, "VmRSS:")).isEqualTo(1 << 20);
        assertThat(ProcessUsage.bytes(status, "VmHWM:")).isEqualTo(2 << 20);
        assertThat(ProcessUsage.bytes(status, "VmSwap:")).isZero();
    }

    @Test
    void threadsAreANumber() {
        assertThat(ProcessUsage.value("Name:\tjava\nThreads:\t17\nSigQ:\t0/1\n", "Threads:"))
                .isEqualTo(17);
    }
}
