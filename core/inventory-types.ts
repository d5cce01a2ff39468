/**
 * The inventory types of Systems Manager and their attributes, in AWS's spelling and order: user guide, "Metadata collected by inventory";
 * `Release` and `Epoch` of AWS:Application and `KernelVersion` of AWS:InstanceDetailedInformation from the agent's own model.
 * In a delivered object every value is a string, counts too.
 */
const inventoryTypes = {
  'AWS:InstanceInformation':
    'AgentType AgentVersion ComputerName InstanceId IpAddress PlatformName PlatformType PlatformVersion ResourceType AgentStatus InstanceStatus IamRole',
  'AWS:Application':
    'Name ApplicationType Publisher Version Release Epoch InstalledTime Architecture URL Summary PackageId',
  'AWS:AWSComponent': 'Name ApplicationType Publisher Version InstalledTime Architecture URL',
  'AWS:File':
    'Name Size Description FileVersion InstalledDate ModificationTime LastAccessTime ProductName InstalledDir ProductLanguage CompanyName ProductVersion',
  'AWS:Process':
    'StartTime CommandLine User FileName FileVersion FileDescription FileSize CompanyName ProductName ProductVersion InstalledDate InstalledDir UsageId',
  'AWS:WindowsUpdate': 'HotFixId Description InstalledTime InstalledBy',
  'AWS:Network': 'Name SubnetMask Gateway DHCPServer DNSServer MacAddress IPV4 IPV6',
  'AWS:PatchSummary':
    'PatchGroup BaselineId SnapshotId OwnerInformation InstalledCount InstalledPendingRebootCount InstalledOtherCount InstalledRejectedCount NotApplicableCount UnreportedNotApplicableCount MissingCount FailedCount OperationType OperationStartTime OperationEndTime InstallOverrideList RebootOption LastNoRebootInstallOperationTime ExecutionId NonCompliantSeverity SecurityNonCompliantCount CriticalNonCompliantCount OtherNonCompliantCount',
  'AWS:PatchCompliance': 'Title KBId Classification Severity State InstalledTime',
  'AWS:ComplianceItem':
    'ComplianceType ExecutionId ExecutionType ExecutionTime Id Title Status Severity DocumentName DocumentVersion Classification PatchBaselineId PatchSeverity PatchState PatchGroup InstalledTime InstallOverrideList DetailedText DetailedLink CVEIds',
  'AWS:ComplianceSummary':
    'ComplianceType PatchGroup PatchBaselineId Status OverallSeverity ExecutionId ExecutionType ExecutionTime CompliantCriticalCount CompliantHighCount CompliantMediumCount CompliantLowCount CompliantInformationalCount CompliantUnspecifiedCount NonCompliantCriticalCount NonCompliantHighCount NonCompliantMediumCount NonCompliantLowCount NonCompliantInformationalCount NonCompliantUnspecifiedCount',
  'AWS:InstanceDetailedInformation':
    'CPUModel CPUCores CPUs CPUSpeedMHz CPUSockets CPUHyperThreadEnabled OSServicePack KernelVersion',
  'AWS:Service': 'Name DisplayName ServiceType Status DependentServices ServicesDependedOn StartType',
  'AWS:WindowsRegistry': 'KeyPath ValueName ValueType Value',
  'AWS:WindowsRole':
    'Name DisplayName Path FeatureType DependsOn Description Installed InstalledState SubFeatures ServerComponentDescriptor Parent',
  'AWS:Tag': 'Key Value',
  'AWS:ResourceGroup': 'Name Arn',
  'AWS:BillingInfo': 'BillingProductId',
} as const;

export type InventoryType = keyof typeof inventoryTypes;

/** Every declared type with its attributes. */
export function declaredTypes(): readonly { type: InventoryType; attributes: readonly string[] }[] {
  return Object.entries(inventoryTypes).map(([type, names]) => ({
    type: type as InventoryType,
    attributes: names.split(' '),
  }));
}

/** The newest schema version of a declared type that is not 1.0 (user guide, "Metadata collected by inventory"). */
const newerVersions: Readonly<Record<string, string>> = { 'AWS:Application': '1.1' };

/** Whether a version is one that its type ever had, as far as is known: of a type that is not declared here any that is well formed (SSM API reference, InventoryItem). */
export function isKnownSchemaVersion(type: string, version: unknown): boolean {
  const [, major, minor] = (typeof version === 'string' && /^(\d{1,6})\.(\d{1,6})$/.exec(version)) || [];
  if (major === undefined || minor === undefined) return false;
  if (!Object.hasOwn(inventoryTypes, type)) return true;
  const [knownMajor, newestMinor] = (newerVersions[type] ?? '1.0').split('.').map(Number);
  return Number(major) === knownMajor && Number(minor) <= Number(newestMinor);
}
