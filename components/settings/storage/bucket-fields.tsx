import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

type TextField = {
  name: string;
  label: string;
  help?: string;
  placeholder?: string;
  type?: "text" | "url" | "password";
  isRequired?: boolean;
};

const fields: readonly TextField[] = [
  { name: "bucket", label: "Bucket", placeholder: "my-company-files", isRequired: true },
  {
    name: "prefix",
    label: "Folder (optional)",
    help: "An empty folder in the bucket. Each workspace needs one of its own.",
    placeholder: "workroom/ada",
  },
  { name: "region", label: "Region", placeholder: "us-east-1" },
  {
    name: "endpoint",
    label: "Endpoint (optional)",
    help: "Leave it empty for Amazon S3. For another provider, its S3 address.",
    placeholder: "https://s3.example.com",
    type: "url",
  },
  { name: "accessKeyId", label: "Access key", isRequired: true },
  {
    name: "secretAccessKey",
    label: "Secret key",
    help: "Kept encrypted. It is never shown again, and it never enters a workroom.",
    type: "password",
    isRequired: true,
  },
  { name: "name", label: "Name (optional)", help: "How the bucket is called in Workroom." },
];

/** What a person types to connect a bucket. */
export function BucketFields({ errorOf }: { errorOf: (name: string) => string | undefined }) {
  return fields.map(({ name, label, help, placeholder, type = "text", isRequired = false }) => (
    <Field key={name} label={label} help={help} error={errorOf(name)}>
      {(control) => (
        <Input
          {...control}
          name={name}
          type={type}
          placeholder={placeholder}
          required={isRequired}
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </Field>
  ));
}
