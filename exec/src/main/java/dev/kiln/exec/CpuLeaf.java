package dev.kiln.exec;

/**
 * What the CPUID instruction answered for a leaf and subleaf (SDM vol. 2, CPUID; APM vol. 3, appendix E).
 *
 * @param leaf what EAX asked for
 * @param subleaf what ECX asked for
 */
public record CpuLeaf(int leaf, int subleaf, int eax, int ebx, int ecx, int edx) {}
