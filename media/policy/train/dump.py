"""Writes the rollouts of a step twice: as a veRL dump, and with token ids and log-probabilities in NeMo-Gym's form."""

import json


from legal import is_broken
from wire import CALL, CALL_BEGIN, THINK_BEGIN, THINK_END, TURN_END

LOG_PROBABILITY_DIGITS = 5


def write_step(folder, number, rollouts, group_size, player):
    (folder / "ids").mkdir(exist_ok=True)
    places = [divmod(at, group_size) for at in range(len(rollouts))]
    wire = [verl_record(number, place, rollout, player) for place, rollout in zip(places, rollouts)]
    ids = [nemo_gym_record(number, place, rollout) for place, rollout in zip(places, rollouts)]
    write_lines(folder / f"{number}.jsonl", wire)
    write_lines(folder / "ids" / f"{number}.jsonl", ids)


def write_lines(file, records):
    file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))


def verl_record(number, place, rollout, player):
    output = player.tokenizer.decode(rollout.ids[rollout.prompt_size :], skip_special_tokens=False)
    group, member = place
    return {
        "input": rollout.task.prompt(),
        "output": output,
        "gts": rollout.task.answer,
        "score": rollout.score(),
        "step": number,
        "uid": f"{group}_{member}_0",
    }


def nemo_gym_record(number, place, rollout):
    group, member = place
    output = []
    for at, turn in enumerate(rollout.turns):
        output += turn_items(rollout, at, turn)
    tools = [{"type": "function", **tool["function"]} for tool in rollout.task.tools]
    return {
        "responses_create_params": {"input": rollout.task.prompt_messages(), "tools": tools, "temperature": 1.0},
        "response": {"id": f"{number}_{group}_{member}", "model": "policy", "object": "response", "output": output},
        "reward": rollout.score(),
        "step": number,
        "_ng_task_index": group,
        "_ng_rollout_index": member,
    }


def turn_items(rollout, number, turn):
    """The turn as a parser sees it; the ids, on its last item, hold what was really written."""
    items = [*said_items(turn.text), *call_items(number, turn)] or [message("")]
    items[-1] = {
        **items[-1],
        "prompt_token_ids": rollout.ids[: turn.start],
        "generation_token_ids": turn.ids,
        "generation_log_probs": [round(value, LOG_PROBABILITY_DIGITS) for value in turn.log_probabilities],
    }
    results = [
        {"type": "function_call_output", "call_id": f"call_{number}_{at}", "output": result}
        for at, result in enumerate(turn.results)
    ]
    return items + results


def said_items(text):
    if is_broken(text):
        return [message(text)]
    thought, closed, reply = text.removesuffix(TURN_END).rpartition(THINK_END)
    said = reply.split(CALL_BEGIN)[0].strip()
    thoughts = [{"type": "reasoning", "summary": [{"type": "summary_text", "text": thought.removeprefix(THINK_BEGIN).strip()}]}]
    return (thoughts if closed else []) + ([message(said)] if said else [])


def call_items(number, turn):
    """None of a broken turn, as a strict parser leaves them out: the environment's results then answer calls that are not there."""
    if is_broken(turn.text):
        return []
    bodies = [json.loads(body) for body in CALL.findall(turn.text)]
    return [
        {"type": "function_call", "call_id": f"call_{number}_{at}", "name": body["name"],
         "arguments": json.dumps(body["arguments"], ensure_ascii=False)}
        for at, body in enumerate(bodies)
    ]


def message(text):
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
