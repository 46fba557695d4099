import { RadioRow } from "@/components/ui/radio-row";
import type { DetectedModel } from "@/lib/protocol/views";

export type ChosenModel = { detectedId: string; modelId: string } | null;

type EmployeeChoiceProps = {
  detected: readonly DetectedModel[];
  chosen: ChosenModel;
  onChoose: (model: ChosenModel) => void;
};

/** Who answers: a model found on this machine, or the demo employee. */
export function EmployeeChoice({ detected, chosen, onChoose }: EmployeeChoiceProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">Who does the work</legend>
      <div className="divide-y overflow-hidden rounded-md border">
        {detected.map((model) => (
          <DetectedRow key={model.id} model={model} chosen={chosen} onChoose={onChoose} />
        ))}
        <RadioRow
          name="employee"
          title="Demo employee: scripted, no AI"
          description="Plays recorded turns on your own file. Add a model later under Models."
          checked={chosen === null}
          onChange={() => onChoose(null)}
        />
      </div>
    </fieldset>
  );
}

type DetectedRowProps = Pick<EmployeeChoiceProps, "chosen" | "onChoose"> & { model: DetectedModel };

function DetectedRow({ model, chosen, onChoose }: DetectedRowProps) {
  const isChosen = chosen?.detectedId === model.id;
  const choose = (modelId: string) => onChoose({ detectedId: model.id, modelId });
  return (
    <div>
      <RadioRow
        name="employee"
        title={`${model.label}: use it`}
        description="The key stays on this machine and never enters a workroom."
        checked={isChosen}
        onChange={() => choose(model.modelIds[0] ?? "")}
      />
      {isChosen && model.modelIds.length > 1 && (
        <div className="bg-accent px-3 pb-3 pl-9">
          <select
            aria-label="Model"
            value={chosen.modelId}
            onChange={(event) => choose(event.target.value)}
            className="h-11 w-full rounded-md border border-input bg-background px-2 text-base-app md:h-9"
          >
            {model.modelIds.map((modelId) => (
              <option key={modelId}>{modelId}</option>
            ))}
          </select>
        </div>
      )}
    </div>
  );
}
